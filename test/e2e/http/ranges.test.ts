/** Requests for parts of files, and parts that come (RFC 9110, 14). */
import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { exchange, startTestGateway, startWebOrigin, type TestGateway, type WebOrigin } from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { EICAR } from '../../peers/samples.js'

const FILE = Buffer.from(Array.from({ length: 400 }, (_, line) => `line ${line} of a file that is clean\n`).join(''))

/** A server that knows ranges: one, or several as multipart/byteranges. */
function ranged(file: Buffer, range: string | undefined, response: ServerResponse): void {
  response.setHeader('Accept-Ranges', 'bytes')
  const parts = [...(range ?? '').matchAll(/(\d+)-(\d+)/g)].map(
    ([, first, last]) => [Number(first), Number(last)] as const,
  )
  const [only] = parts
  if (only === undefined) return void response.end(file)
  if (only[0] >= file.length)
    return void response.writeHead(416, { 'Content-Range': `bytes */${file.length}` }).end('no such part')
  const piece = ([first, last]: readonly [number, number]) => file.subarray(first, last + 1)
  if (parts.length === 1)
    return void response
      .writeHead(206, { 'Content-Range': `bytes ${only[0]}-${only[1]}/${file.length}` })
      .end(piece(only))
  response.writeHead(206, { 'Content-Type': 'multipart/byteranges; boundary=b' })
  for (const part of parts) {
    response.write(`\r\n--b\r\nContent-Range: bytes ${part[0]}-${part[1]}/${file.length}\r\n\r\n`)
    response.write(piece(part))
  }
  response.end('\r\n--b--\r\n')
}

describe('HTTP: parts of files', () => {
  let gateway: TestGateway
  let origin: WebOrigin
  before(async () => {
    gateway = await startTestGateway()
    origin = await startWebOrigin({
      '/file': (request, response) => ranged(FILE, request.headers.range, response),
      '/infected': (request, response) => ranged(EICAR, request.headers.range, response),
      '/behind': (request, response) => ranged(Buffer.concat([FILE, EICAR]), request.headers.range, response),
      '/coded': (_request, response) => {
        response.writeHead(206, { 'Content-Type': 'multipart/byteranges; boundary=b' })
        response.write('--b\r\nContent-Range: bytes 0-3/999\r\n\r\ntext\r\n')
        response.write('--b\r\nContent-Range: bytes 9-76/999\r\nContent-Encoding: gzip\r\n\r\n')
        response.write(gzipSync(EICAR))
        response.end('\r\n--b--\r\n')
      },
      '/part': (_request, response) =>
        response.writeHead(206, { 'Content-Range': `bytes 0-9/${FILE.length}` }).end(FILE.subarray(0, 10)),
    })
  })
  after(async () => {
    await gateway[Symbol.asyncDispose]()
    await origin[Symbol.asyncDispose]()
  })
  const url = (path: string) => `${origin.url}${path}`
  const whole = () => gateway.set({ 'http.range': 'whole', 'http.virus_check': true })
  const sent = (name: string) => origin.requests.at(-1)?.headers.some((header) => header.toLowerCase() === name)

  test('whole, the default: the whole file is asked for and scanned, and the client gets it with 200 [HTTP-37]', async () => {
    const { status, body, headers } = await curl(gateway, '-r', '5-9', '-H', 'If-Range: "a"', url('/file'))
    assert.deepEqual([status, body.equals(FILE), sent('range'), sent('if-range')], [200, true, false, false])
    assert.match(headers, /^accept-ranges: none$/im)
    assert.equal((await curl(gateway, '-r', '0-29', url('/infected'))).status, 403)
    assert.equal((await curl(gateway, '-r', '40-67', url('/infected'))).status, 403)
  })

  test('whole: a part that comes all the same is a detection and not clean [HTTP-37]', async () => {
    assert.equal((await curl(gateway, url('/part'))).status, 403)
    assert.match(await gateway.line('http', 'detect', '/part'), /FSIGK%2FPOLICY_BLOCK_UNDECODABLE.*PARTIAL_CONTENT/)
  })

  test('block: the request is refused with 403 and goes nowhere [HTTP-37]', async () => {
    await gateway.set({ 'http.range': 'block' })
    await using _reset = { [Symbol.asyncDispose]: whole }
    const before = origin.requests.length
    const { status, body } = await curl(gateway, '-r', '5-9', url('/file'))
    assert.equal(status, 403)
    assert.match(body.toString(), /Range\) are not allowed/)
    assert.equal(origin.requests.length, before)
    assert.equal((await curl(gateway, url('/file'))).status, 200)
  })

  describe('pass', () => {
    before(() => gateway.set({ 'http.range': 'pass' }))
    after(whole)

    test('a part passes as it is, and is logged UNSCANNED with its cause [HTTP-37]', async () => {
      const { status, body, headers } = await curl(gateway, '-r', '5-9', url('/file?pass'))
      assert.deepEqual([status, body.toString()], [206, FILE.subarray(5, 10).toString()])
      assert.match(headers, /^accept-ranges: bytes$/im)
      const { detection, action, proxy } = await gateway.accessLine('/file?pass')
      assert.deepEqual(
        [detection.result, action, proxy.details.includes('PARTIAL_CONTENT')],
        ['UNSCANNED', 'NONE', true],
      )
    })

    test('a virus that lies wholly in a part is found in it [HTTP-37]', async () => {
      const range = `${FILE.length}-${FILE.length + EICAR.length - 1}`
      assert.equal((await curl(gateway, '-r', range, url('/behind'))).status, 403)
      assert.equal((await curl(gateway, '-r', '0-9', url('/behind'))).status, 206)
    })

    test('each part of several is looked at by itself [HTTP-37]', async () => {
      const range = `0-9,${FILE.length}-${FILE.length + EICAR.length - 1}`
      assert.equal((await curl(gateway, '-r', range, url('/behind'))).status, 403)
      assert.equal((await curl(gateway, '-r', '0-3,9-76', url('/coded'))).status, 403)
      const { status, body } = await curl(gateway, '-r', '0-9,20-29', url('/file'))
      assert.equal(status, 206)
      assert.ok(body.includes(FILE.subarray(20, 30)))
    })

    test('a part that nobody asked for does not pass, a range that is not there does [HTTP-37]', async () => {
      assert.equal((await curl(gateway, url('/part?unasked'))).status, 403)
      const { status, body } = await curl(gateway, '-r', '99999-99999', url('/file'))
      assert.deepEqual([status, body.toString()], [416, 'no such part'])
    })
  })

  test('what is not scanned is asked for in parts, whatever the setting says', async () => {
    await gateway.set({ 'http.range': 'block', 'http.virus_check': false })
    await using _reset = { [Symbol.asyncDispose]: whole }
    assert.equal((await curl(gateway, '-r', '5-9', url('/file'))).status, 206)
  })

  test('servers are offered only codings that can be decoded here, and no dictionaries [HTTP-07]', async () => {
    const fields =
      'Accept-Encoding: gzip, dcb, br;q=0.5, sdch, *\r\nAvailable-Dictionary: :aGVsbG8=:\r\nDictionary-ID: "a"\r\nAvail-Dictionary: x\r\nA-IM: vcdiff\r\n'
    await exchange(gateway.http, `GET ${url('/file')} HTTP/1.1\r\nHost: a\r\n${fields}Connection: close\r\n\r\n`)
    const { headers = [] } = origin.requests.at(-1) ?? {}
    const value = headers[headers.indexOf('Accept-Encoding') + 1]
    assert.equal(value, 'gzip, br;q=0.5')
    for (const name of ['available-dictionary', 'dictionary-id', 'avail-dictionary', 'a-im'])
      assert.equal(sent(name), false)
  })
})
