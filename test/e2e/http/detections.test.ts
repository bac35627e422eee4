import assert from 'node:assert/strict'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { parseLogLine, startTestGateway, startWebOrigin } from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { EICAR } from '../../peers/samples.js'

describe('HTTP: what is detected', () => {
  test('a fresh install stops EICAR: its page, nothing of the body, both logs [SCAN-03, HTTP-08]', async () => {
    await using gateway = await startTestGateway()
    await using origin = await startWebOrigin({ '/eicar.com': EICAR })
    const { status, body, headers } = await curl(gateway, `${origin.url}/eicar.com`)
    assert.equal(status, 403)
    assert.match(headers, /^content-type: text\/html; charset=utf-8$/im)
    assert.doesNotMatch(body.toString(), /EICAR-STANDARD-ANTIVIRUS/)
    assert.match(body.toString(), /<html lang="en"/)
    const detected = parseLogLine((await gateway.line('http', 'detect', '/eicar.com')).trim())
    assert.match(detected.detection.name, /eicar/i)
    assert.ok(body.toString().includes(detected.detection.name))
    assert.deepEqual(
      [detected.detection.result, detected.action, detected.detection.file, detected.status],
      ['INFECTED', 'DELETE', 'eicar.com', 403],
    )
    assert.equal((await gateway.accessLine('/eicar.com')).id, detected.id)
  })

  test('the page is template_http.html as it is edited, its values escaped [HTTP-08]', async () => {
    await using gateway = await startTestGateway({
      settings: { 'template.http': '<b>${DETECTION_NAME}|${PATH_QUERY}|${ACTION}</b>' },
    })
    await using origin = await startWebOrigin({ '/eicar.com': EICAR })
    const { body } = await curl(gateway, `${origin.url}/eicar.com?<script>`)
    assert.match(body.toString(), /^<b>[\w/.-]*eicar[\w/.-]*\|\/eicar\.com\?&lt;script&gt;\|DELETE<\/b>$/i)
  })

  test('action=pass: the body passes whole, and the detection is logged [HTTP-08]', async () => {
    await using gateway = await startTestGateway({ settings: { 'http.action': 'pass' } })
    await using origin = await startWebOrigin({ '/eicar.com': EICAR })
    const { status, body } = await curl(gateway, `${origin.url}/eicar.com`)
    assert.equal(status, 200)
    assert.deepEqual(body, EICAR)
    const line = parseLogLine(await gateway.line('http', 'detect', '/eicar.com'))
    assert.deepEqual([line.detection.result, line.action, line.status], ['INFECTED', 'PASS', 200])
  })

  test('quarantine: the body is kept whole and private, and the log names its file [HTTP-10]', async () => {
    await using gateway = await startTestGateway({ settings: { 'http.quarantine': true } })
    await using origin = await startWebOrigin({ '/eicar.com': EICAR })
    await curl(gateway, `${origin.url}/eicar.com`)
    const { detection } = parseLogLine(await gateway.line('http', 'detect', '/eicar.com'))
    assert.notEqual(detection.quarantined, '')
    const kept = join(gateway.home, 'quarantine', detection.quarantined.split('/').at(-1) ?? '')
    assert.deepEqual(await readFile(kept), EICAR)
    assert.equal((await stat(kept)).mode & 0o777, 0o600)
    assert.equal((await stat(join(gateway.home, 'quarantine'))).mode & 0o777, 0o700)
  })

  for (const [coding, encode] of [
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)
    test(`a virus under Content-Encoding: ${coding} is found`, async () => {
      await using gateway = await startTestGateway()
      await using origin = await startWebOrigin({
        '/eicar.com': (_request, response) => response.setHeader('Content-Encoding', coding).end(encode(EICAR)),
      })
      assert.equal((await curl(gateway, `${origin.url}/eicar.com`)).status, 403)
    })

  test('a coding that is unknown, or does not decode, is a detection and not clean', async () => {
    await using gateway = await startTestGateway()
    await using origin = await startWebOrigin({
      '/unknown': (_request, response) => response.setHeader('Content-Encoding', 'zip').end('whatever'),
      '/broken': (_request, response) =>
        response.setHeader('Content-Encoding', 'gzip').end(gzipSync('some text').subarray(0, -6)),
    })
    for (const path of ['/unknown', '/broken']) {
      assert.equal((await curl(gateway, `${origin.url}${path}`)).status, 403)
      assert.match(await gateway.line('http', 'detect', path), /FSIGK%2FPOLICY_BLOCK_UNDECODABLE/)
    }
  })

  test('the test file of `fsigk eicar` is the one that is stopped [CLI-05]', async () => {
    await using gateway = await startTestGateway()
    const file = join(gateway.home, 'eicar.com')
    const { code, stdout } = await gateway.cli('eicar', file)
    assert.equal(code, 0)
    assert.match(stdout, /eicar\.com/)
    assert.deepEqual(await readFile(file), EICAR)
    await using origin = await startWebOrigin({ '/made': await readFile(file) })
    assert.equal((await curl(gateway, `${origin.url}/made`)).status, 403)
  })

  test('a range of a file is fetched whole, so that no part hides from the scan', async () => {
    await using gateway = await startTestGateway()
    await using origin = await startWebOrigin({
      '/file': (request, response) =>
        request.headers.range === undefined ? response.end(EICAR) : response.writeHead(206).end(EICAR.subarray(0, 30)),
    })
    assert.equal((await curl(gateway, '-r', '0-29', `${origin.url}/file`)).status, 403)
  })
})
