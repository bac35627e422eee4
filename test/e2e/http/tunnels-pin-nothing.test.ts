import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  type PluginPackage,
  RawClient,
  scannerThatFindsNothing,
  startRawServer,
  startTestGateway,
  temporaryFolder,
  until,
} from '@fsigk/testing'

/** Leaves a file behind when it is stopped. */
const scannerThatTells: PluginPackage = {
  ...scannerThatFindsNothing,
  source: scannerThatFindsNothing.source.replace(
    'class TestScanner {',
    "class TestScanner {\n  async stop() { (await import('node:fs')).writeFileSync(process.env.STOPPED, '') }",
  ),
}

test('a tunnel keeps nothing of its moment: a scanner that is disabled is stopped under it, and it goes on [HTTP-25]', async () => {
  await using folder = await temporaryFolder()
  const stopped = join(folder.path, 'stopped')
  await using server = await startRawServer(async (socket) => {
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) socket.write(chunk)
    socket.end()
  })
  await using gateway = await startTestGateway({
    scanners: [scannerThatTells],
    settings: { 'http.connect_ports': server.port },
    env: { STOPPED: stopped },
  })
  using client = await RawClient.to(gateway.http)
  client.send(`CONNECT 127.0.0.1:${server.port} HTTP/1.1\r\nHost: x\r\n\r\nbefore`)
  await client.until((text) => text.endsWith('before'))
  await gateway.set({ 'plugins.scanners': 'scanner-signatures' })
  await until('the stop of the scanner', async () => existsSync(stopped))
  client.send('after')
  assert.match(await client.until((text) => text.endsWith('after')), /beforeafter$/)
})
