/** clamd at work in a whole gateway, found by its settings. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { describe, test } from 'node:test'
import { parseLogLine, startTestGateway, startWebOrigin, type TestGateway, until } from '@fsigk/testing'
import { startClamd } from './kit/clamd.js'
import { eicar, marker } from './kit/samples.js'

/** In one body for memory, in the other for a spool file. */
const pages = {
  '/marked': Buffer.concat([Buffer.from('a page, '), marker]),
  '/marked.iso': Buffer.concat([Buffer.alloc(500_000, 'filling '), marker]),
  '/harmless': Buffer.alloc(500_000, 'harmless '),
  '/other': Buffer.alloc(500_000, 'other '),
  '/third': Buffer.alloc(500_000, 'third '),
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
    const names = ['EICAR-Test-File', 'Eicar-Test-Signature']
    const detected = async (query: string) =>
      parseLogLine(await gateway.line('http', 'detect', query)).detection.name.split('+')
    assert.deepEqual(await detected('/eicar.com'), names)
    await gateway.set({ 'plugins.scanners': 'scanner-clamav,scanner-signatures' })
    assert.equal(await statusOf(gateway, `${origin.url}/eicar.com?again`), 403)
    assert.deepEqual(await detected('?again'), names.reverse(), "in the administrator's order, whoever is cheap")
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
    assert.equal(await statusOf(gateway, `${origin.url}/other`), 503)
    assert.match(await gateway.line('http', 'access', '/other'), /UNSCANNED/)
    await using _again = await startClamd({ port: String(first.port) })
    assert.equal(await statusOf(gateway, `${origin.url}/other`), 200)
  })

  test('a clamd that falls silent costs the time limit and is no clean verdict; when it goes on, so does everything [SCAN-02]', async () => {
    await using clamd = await startClamd()
    await using origin = await startWebOrigin(pages)
    await using gateway = await startTestGateway({
      settings: {
        'plugins.scanners': 'scanner-clamav',
        'scanner_clamav.servers': clamd.socket,
        'scanner_clamav.connect_timeout': 1,
        'http.vsd_scantimeout': 2,
      },
    })
    assert.equal(await statusOf(gateway, `${origin.url}/harmless`), 200)
    await clamd.signal('SIGSTOP')
    assert.equal(await statusOf(gateway, `${origin.url}/other`), 403)
    const { detection, proxy } = await gateway.accessLine('/other')
    assert.deepEqual([detection.name, proxy.details], ['FSIGK/POLICY_BLOCK_SCANTIMEOUT', ['VSD_SCANTIMEOUT']])
    await clamd.signal('SIGCONT')
    await until('it is asked again', async () => (await statusOf(gateway, `${origin.url}/third`)) === 200)
    assert.equal(await statusOf(gateway, `${origin.url}/marked`), 403)
  })

  test('a clamd that dies while it scans has its scans taken over by the next, or it is an outage [SCAN-02]', async () => {
    await using first = await startClamd()
    await using second = await startClamd()
    await using origin = await startWebOrigin(pages)
    await using gateway = await startTestGateway({
      settings: { 'plugins.scanners': 'scanner-clamav', 'scanner_clamav.servers': `${first.socket},${second.socket}` },
    })
    for (const [clamd, path, status] of [
      [first, '/marked.iso', 403],
      [second, '/other', 503],
    ] as const) {
      await clamd.signal('SIGSTOP')
      const asked = origin.requests.length
      const answer = statusOf(gateway, `${origin.url}${path}`)
      await until('it is asked for', async () => origin.requests.length > asked)
      await clamd.signal('SIGKILL')
      assert.equal(await answer, status)
    }
    const line = parseLogLine(await gateway.line('http', 'detect', '/marked.iso'))
    assert.equal(line.detection.name, 'Marker.Test')
  })

  test('clamd is asked once about the same bytes, by path or sent, whatever they are called [HTTP-38]', async () => {
    await using clamd = await startClamd()
    await using origin = await startWebOrigin(pages)
    await using gateway = await startTestGateway({
      settings: { 'plugins.scanners': 'scanner-signatures,scanner-clamav', 'scanner_clamav.servers': clamd.socket },
    })
    // It has greeted the gateway: an archive that is too deep, and a file of the spool.
    const scans = async () => (await clamd.log()).filter((line) => /: (OK|.* FOUND)$/.test(line)).length
    const before = await scans()
    for (const query of ['one', 'two', 'three']) {
      assert.equal(await statusOf(gateway, `${origin.url}/marked?${query}`), 403)
      assert.equal(await statusOf(gateway, `${origin.url}/marked.iso?${query}`), 403)
      assert.equal(await statusOf(gateway, `${origin.url}/harmless?${query}`), 200)
    }
    assert.equal((await scans()) - before, 3)
    const names = (await gateway.log('http', 'detect')).match(/INFECTED:Marker\.Test:/g)
    assert.equal(names?.length, 6)
  })
})
