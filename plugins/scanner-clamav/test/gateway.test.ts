/** clamd at work in a whole gateway, found by its settings. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { describe, test } from 'node:test'
import { parseLogLine, startTestGateway, startWebOrigin, type TestGateway } from '@fsigk/testing'
import { startClamd } from './kit/clamd.js'
import { eicar, marker } from './kit/samples.js'

/** In one body for memory, in the other for a spool file. */
const pages = {
  '/marked': Buffer.concat([Buffer.from('a page, '), marker]),
  '/marked.iso': Buffer.concat([Buffer.alloc(500_000, 'filling '), marker]),
  '/harmless': Buffer.alloc(500_000, 'harmless '),
  '/eicar.com': eicar,
}

async function statusOf(gateway: TestGateway, url: string): Promise<number | undefined> {
  const request = get({ ...gateway.http, path: url, agent: false, headers: { Host: new URL(url).host } })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.resume()
  await once(response, 'end')
  return response.statusCode
}

describe('ClamAV in a gateway', () => {
  for (const over of ['a unix socket', 'TCP'] as const)
    test(`what clamd finds over ${over} is blocked under its name, and the rest passes [SCAN-02]`, async () => {
      await using clamd = await startClamd()
      await using origin = await startWebOrigin(pages)
      const servers = over === 'TCP' ? `127.0.0.1:${clamd.port}` : clamd.socket
      await using gateway = await startTestGateway({
        settings: { 'plugins.scanners': 'scanner-clamav', 'scanner_clamav.servers': servers },
      })
      assert.equal(await statusOf(gateway, `${origin.url}/marked`), 403)
      assert.equal(await statusOf(gateway, `${origin.url}/marked.iso`), 403)
      assert.equal(await statusOf(gateway, `${origin.url}/harmless`), 200)
      const line = parseLogLine(await gateway.line('http', 'detect', '/marked.iso'))
      assert.deepEqual([line.detection.result, line.detection.name], ['INFECTED', 'Marker.Test'])
    })

  test('both engines are asked, and the names of both are logged [SCAN-01]', async () => {
    await using clamd = await startClamd()
    await using origin = await startWebOrigin(pages)
    await using gateway = await startTestGateway({
      settings: { 'plugins.scanners': 'scanner-signatures,scanner-clamav', 'scanner_clamav.servers': clamd.socket },
    })
    assert.equal(await statusOf(gateway, `${origin.url}/eicar.com`), 403)
    const line = await gateway.line('http', 'detect', '/eicar.com')
    assert.match(line, /EICAR-Test-File/)
    assert.match(line, /Eicar-Test-Signature/)
  })

  test('without clamd nothing passes, with the next server everything goes on, and it recovers by itself [SCAN-02]', async () => {
    await using first = await startClamd()
    await using second = await startClamd()
    await using origin = await startWebOrigin(pages)
    const servers = `127.0.0.1:${first.port},${second.socket}`
    await using gateway = await startTestGateway({
      settings: { 'plugins.scanners': 'scanner-clamav', 'scanner_clamav.servers': servers },
    })
    await first.signal('SIGKILL')
    assert.equal(await statusOf(gateway, `${origin.url}/harmless`), 200)
    assert.equal(await statusOf(gateway, `${origin.url}/marked`), 403)
    await second.signal('SIGKILL')
    assert.equal(await statusOf(gateway, `${origin.url}/harmless?down`), 503)
    assert.match(await gateway.line('http', 'access', '/harmless?down'), /UNSCANNED/)
    await using _again = await startClamd({ port: String(first.port) })
    assert.equal(await statusOf(gateway, `${origin.url}/harmless`), 200)
  })
})
