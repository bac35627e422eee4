/** The protocol at work in a whole gateway: several requests of one client, refusals, and what is logged. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { RawClient, scannerThatFindsNothing, startTestGateway } from '@fsigk/testing'
import { SECTION } from '../src/names.js'
import subject, { startFileServer } from './subject.js'

const PACKAGE = join(import.meta.dirname, '..', '..')
const start = () =>
  startTestGateway({
    pluginFolders: [PACKAGE],
    scanners: [scannerThatFindsNothing],
    settings: { ...subject.settings, [`${SECTION}.svcport`]: '127.0.0.1:0' },
  })

test('a client fetches several files over one connection, and each is logged', async () => {
  await using server = await startFileServer(Buffer.from('the file'))
  await using gateway = await start()
  using client = await RawClient.to(await gateway.address(SECTION))
  for (const name of ['one', 'two']) {
    client.send(`GET ${server.host}:${server.port} ${name}\r\n`)
    const files = name === 'one' ? 1 : 2
    await client.until((heard) => heard.split('the file').length > files)
    const { status, bytes } = await gateway.accessLine(`/${name}`.slice(1), SECTION)
    assert.deepEqual({ status, bytes }, { status: 200, bytes: 8 })
  }
  assert.equal(client.received.toString(), 'OK 8\r\nthe fileOK 8\r\nthe file')
})

test('what is no request, and a server that may not be reached, are refused', async () => {
  await using gateway = await start()
  using client = await RawClient.to(await gateway.address(SECTION))
  client.send('HELLO\r\n')
  assert.match(await client.until((heard) => heard.includes('\r\n')), /^NO this is no request/)
  client.send('GET 169.254.169.254:80 secrets\r\n')
  assert.match(await client.until((heard) => heard.split('\r\n').length > 2), /NO access denied\r\n$/)
})
