/** Long downloads of which a little goes out before the verdict (guide 9.1.1, release mode `trickle`). */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import {
  anyPieceEscaped,
  exchange,
  parseLogLine,
  RawClient,
  recognisableBody,
  scannerThatFinds,
  scannerThatFindsNothing,
  scannerThatHangs,
  scannerThatThrows,
  startTestGateway,
} from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { startPausingOrigin } from '../../peers/pausing-origin.js'

const KEPT_BACK = 65_536
const BODY = recognisableBody(300_000)
const PAUSE_AFTER = 270_000
const START = BODY.toString('latin1', 0, 16)

/** What curl's exit code says of a transfer that was too slow. */
const GIVEN_UP = 28

const settings = { 'http.trickle': true, 'http.trickle_delay': 1, 'http.trickle_interval': 1 } as const

/** A client that asks for this, and has had the first bytes of a body. */
async function whoTrickles(proxy: { host: string; port: number }, request: string): Promise<RawClient> {
  const client = await RawClient.to(proxy)
  client.send(request)
  await client.until((heard) => heard.includes(START))
  return client
}

const get = (url: string, version = '1.1') => `GET ${url} HTTP/${version}\r\nHost: x\r\n\r\n`

describe('trickle', { concurrency: 2 }, () => {
  test('keeps a client that gives up on silence, and the whole file reaches it [HTTP-26]', async () => {
    await using gateway = await startTestGateway({ scanners: [scannerThatFindsNothing] })
    await using origin = await startPausingOrigin(BODY, PAUSE_AFTER)
    const patience = ['--speed-limit', '1', '--speed-time', '2']
    const held = await curl(gateway, ...patience, `${origin.url}/held`)
    assert.equal(held.code, GIVEN_UP)
    await gateway.set(settings)
    const trickled = curl(gateway, ...patience, `${origin.url}/patient`)
    setTimeout(() => origin.goOn(), 3_500)
    const { code, status, body } = await trickled
    assert.deepEqual([code, status], [0, 200])
    assert.ok(body.equals(BODY))
    const line = await gateway.line('http', 'access', '/patient')
    assert.match(line, / PROTOCOL-STAT:KEEPALIVE,TRICKLE::/)
    assert.equal(parseLogLine(line).detection.result, 'CLEAN')
    await curl(gateway, `${origin.url}/quick`)
    assert.match(await gateway.line('http', 'access', '/quick'), / PROTOCOL-STAT:KEEPALIVE::/)
  })

  test('what is detected is cut, visibly, however server and client say where a body ends [HTTP-26]', async () => {
    await using gateway = await startTestGateway({
      scanners: [scannerThatFinds],
      // So much that all goes out that may.
      settings: { ...settings, 'http.trickle_bytes': 1_000_000, 'http.quarantine': true },
    })
    const framings = ['length', 'chunked', 'close'] as const
    const cases = framings.flatMap((framing) => ['1.1', '1.0'].map((version) => ({ framing, version })))
    await Promise.all(
      cases.map(async ({ framing, version }) => {
        const path = `/${framing}-${version}`
        await using origin = await startPausingOrigin(BODY, PAUSE_AFTER, { framing })
        using client = await whoTrickles(gateway.http, get(`${origin.url}${path}`, version))
        const reset = new Promise((resolve) =>
          client.socket.once('error', resolve).once('end', () => resolve('an end in order')),
        )
        origin.goOn()
        const heard = await client.untilClosed()
        assert.match(String(await reset), /ECONNRESET/)
        assert.match(heard, /^HTTP\/1\.1 200 /)
        assert.equal(/\r\nContent-Length: 300000\r\n/.test(heard), framing === 'length')
        assert.ok(!heard.includes('0\r\n\r\n', heard.indexOf('\r\n\r\n')), 'no last chunk')
        assert.ok(!anyPieceEscaped(client.received, BODY.subarray(-KEPT_BACK)))
        const line = await gateway.line('http', 'detect', path)
        assert.match(line, / PROTOCOL-STAT:(KEEPALIVE,)?TRICKLE::? /)
        const { detection, action, status } = parseLogLine(line)
        assert.deepEqual([detection.result, action, status], ['INFECTED', 'DELETE', 200])
        const kept = join(gateway.home, 'quarantine', detection.quarantined.split('/').at(-1) ?? '')
        assert.ok((await readFile(kept)).equals(BODY))
      }),
    )
  })

  test('a scan that takes too long, and a scanner that fails, cut it too', async () => {
    for (const [scanner, log, words] of [
      [scannerThatHangs, 'detect', /FSIGK%2FPOLICY_BLOCK_SCANTIMEOUT.* ACTION:DELETE: .*:VSD_SCANTIMEOUT: .*TRICKLE/],
      [scannerThatThrows, 'access', /DETECT-STAT:UNSCANNED:.* ACTION:DEFER: .*TRICKLE.* PROXY-ERROR:The%20virus/],
    ] as const) {
      await using gateway = await startTestGateway({
        scanners: [scanner],
        settings: { ...settings, 'http.vsd_scantimeout': 1 },
      })
      await using origin = await startPausingOrigin(BODY, PAUSE_AFTER)
      using client = await whoTrickles(gateway.http, get(`${origin.url}/x`))
      origin.goOn()
      await client.untilClosed()
      assert.ok(!anyPieceEscaped(client.received, BODY.subarray(-KEPT_BACK)))
      assert.match(await gateway.line('http', log, '/x'), words)
    }
  })

  test('small files and HTML are held whole: a detection is answered by its page', async () => {
    await using gateway = await startTestGateway({ scanners: [scannerThatFinds], settings })
    await using small = await startPausingOrigin(BODY.subarray(0, KEPT_BACK), KEPT_BACK - 1, { framing: 'chunked' })
    await using page = await startPausingOrigin(BODY, PAUSE_AFTER, { type: 'text/html; charset=utf-8' })
    const answers = [small, page].map(({ url }) => exchange(gateway.http, get(`${url}/x`)))
    setTimeout(() => [small, page].map((origin) => origin.goOn()), 2_500)
    for (const heard of await Promise.all(answers)) assert.match(heard, /^HTTP\/1\.1 403 /)
  })

  test('a server that breaks off is never taken for a whole answer', async () => {
    await using gateway = await startTestGateway({ scanners: [scannerThatFindsNothing], settings })
    const origin = await startPausingOrigin(BODY, PAUSE_AFTER)
    using client = await whoTrickles(gateway.http, get(`${origin.url}/cut`))
    await origin[Symbol.asyncDispose]()
    await client.untilClosed()
    assert.ok(!anyPieceEscaped(client.received, BODY.subarray(PAUSE_AFTER - KEPT_BACK)))
    assert.match(
      await gateway.line('http', 'access', '/cut'),
      /INCOMPLETE.*PROXY-ERROR:The%20body%20from%20the%20server/,
    )
  })

  test('a client that leaves ends the download, in the words of the guide', async () => {
    await using gateway = await startTestGateway({ scanners: [scannerThatFindsNothing], settings })
    await using origin = await startPausingOrigin(BODY, PAUSE_AFTER)
    using client = await whoTrickles(gateway.http, get(`${origin.url}/left`))
    client.socket.destroy()
    await origin.left
    await gateway.line(
      'http',
      'info',
      /http_forward_response_storeforward_trickle_send: sendfile canceled: ret=-1, tmpfile_offset=\d+, bytes=300000: errno=32\(Broken pipe\) \[r\d+ \w+\]$/,
    )
  })
})
