/** What clients send: held, scanned, and sent on or not. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { parseLogLine, RawClient, startTestGateway, type TestGateway } from '@fsigk/testing'
import { startCollector } from '../../peers/collector.js'
import { curl } from '../../peers/curl.js'
import { EICAR } from '../../peers/samples.js'

const scanning = { 'http.virus_check_post': true } as const

let gateway: TestGateway

/** Other settings, until the test is over. */
async function under(settings: Readonly<Record<string, boolean | string>>): Promise<AsyncDisposable> {
  await gateway.set(settings)
  const usual = { ...Object.fromEntries(Object.keys(settings).map((key) => [key, false])), ...scanning, ...others }
  return { [Symbol.asyncDispose]: () => gateway.set(usual) }
}

const others = { 'http.virus_check': true, 'http.action': 'delete' } as const

async function fileOf(name: string, content: Buffer): Promise<string> {
  const path = join(gateway.home, name)
  await writeFile(path, content)
  return path
}

describe('HTTP: an upload', () => {
  before(async () => {
    gateway = await startTestGateway({ settings: scanning })
  })
  after(() => gateway[Symbol.asyncDispose]())

  test('by PUT with a virus is 403 Forbidden, and the server is never contacted [HTTP-19]', async () => {
    await using server = await startCollector('/dav/eicar.com')
    const file = await fileOf('eicar.com', EICAR)
    const { status, body } = await curl(gateway, '-T', file, `${server.url}/dav/eicar.com`)
    assert.equal(status, 403)
    assert.match(body.toString(), /<html/)
    assert.equal(server.connections, 0)
    const line = parseLogLine(await gateway.line('http', 'detect', '/dav/eicar.com'))
    assert.deepEqual(
      [line.method, line.status, line.detection.result, line.detection.file, line.action, line.server],
      ['PUT', 403, 'INFECTED', 'eicar.com', 'DELETE', '-'],
    )
    assert.equal(line.proxy.checks, 1)
  })

  test('by PUT is answered with HTTP/1.0 403 Forbidden under http10 [HTTP-19]', async () => {
    await using _ = await under({ 'http.http10': true })
    using client = await RawClient.to(gateway.http)
    client.send(`PUT http://127.0.0.1:9/f HTTP/1.1\r\nHost: a\r\nContent-Length: ${EICAR.length}\r\n\r\n`)
    client.send(EICAR)
    assert.match(await client.untilClosed(), /^HTTP\/1\.0 403 Forbidden\r\n/)
  })

  test('of a form with a virus among its files is 403, told with the name of the file [HTTP-19]', async () => {
    await using server = await startCollector('/form')
    const infected = await fileOf('bad one.com', EICAR)
    const clean = await fileOf('clean.txt', Buffer.from('all fine'))
    const form = ['-F', 'subject=hello', '-F', `a=@${clean}`, '-F', `b=@${infected}`]
    assert.equal((await curl(gateway, ...form, `${server.url}/form`)).status, 403)
    assert.equal(server.connections, 0)
    const line = parseLogLine(await gateway.line('http', 'detect', '/form'))
    assert.deepEqual(
      [line.method, line.status, line.detection.file, line.contentType],
      ['POST', 403, 'bad one.com', 'multipart/form-data'],
    )
  })

  for (const [says, encode] of [
    ['base64', (data: Buffer) => data.toString('base64')],
    ['quoted-printable', (data: Buffer) => [...data].map((byte) => `=${byte.toString(16).padStart(2, '0')}`).join('')],
  ] as const)
    test(`of a form with a virus in a part that is ${says} is 403 [HTTP-19]`, async () => {
      await using server = await startCollector('/form')
      const body = `--x\r\nContent-Disposition: form-data; name="f"; filename="f.com"\r\nContent-Transfer-Encoding: ${says}\r\n\r\n${encode(EICAR)}\r\n--x--\r\n`
      const type = 'Content-Type: multipart/form-data; boundary=x'
      assert.equal((await curl(gateway, '-H', type, '--data-binary', body, `${server.url}/form`)).status, 403)
      assert.equal(server.connections, 0)
    })

  /** @param last the last of so many parts */
  const formOf = (parts: number, last: string | Buffer) => {
    const field = (at: number) =>
      `--x\r\nContent-Disposition: form-data; name="row[${at}][title]"\r\n\r\nvalue ${at}\r\n`
    const fields = Array.from({ length: parts - 1 }, (_, at) => field(at)).join('')
    const file = '--x\r\nContent-Disposition: form-data; name="f"; filename="f.com"\r\n\r\n'
    return Buffer.concat([Buffer.from(fields + file), Buffer.from(last), Buffer.from('\r\n--x--\r\n')])
  }

  for (const { parts, last, status } of [
    { parts: 10_000, last: 'all fine', status: 200 },
    { parts: 10_000, last: EICAR, status: 403 },
    { parts: 10_001, last: 'all fine', status: 403 },
  ])
    test(`of a form with ${parts} parts, the last ${last === EICAR ? 'a virus' : 'clean'}, is ${status} [HTTP-19]`, async () => {
      await using server = await startCollector('/many')
      const file = await fileOf('many', formOf(parts, last))
      const form = ['-H', 'Content-Type: multipart/form-data; boundary=x', '--data-binary', `@${file}`]
      assert.equal((await curl(gateway, ...form, `${server.url}/many?${parts}`)).status, status)
      assert.equal(server.connections, status === 200 ? 1 : 0)
      if (last === EICAR)
        assert.match(await gateway.line('http', 'detect', `/many?${parts}`), /INFECTED:EICAR[^:]*:f\.com:/)
      else if (status === 403) assert.match(await gateway.line('http', 'detect', `/many?${parts}`), /BLOCK_UNDECODABLE/)
    })

  test('of a form that readers would take apart differently is 403, undecodable [HTTP-19]', async () => {
    await using server = await startCollector('/doubtful')
    const type = 'Content-Type: multipart/form-data; boundary=xyz'
    const body = '--xyz\r\nA: 1\r\n\r\none\n--xyz\r\nB: 2\r\n\r\ntwo\r\n--xyz--'
    assert.equal((await curl(gateway, '-H', type, '--data-binary', body, `${server.url}/doubtful`)).status, 403)
    assert.match(await gateway.line('http', 'detect', '/doubtful'), /FSIGK%2FPOLICY_BLOCK_UNDECODABLE/)
  })

  test('that is clean arrives byte for byte, framed by its length, in one line of the log [HTTP-19]', async () => {
    await using server = await startCollector('/clean-put', '/clean-form')
    const content = randomBytes(3_000_000)
    const file = await fileOf('large.bin', content)
    const chunked = await curl(gateway, '-H', 'Transfer-Encoding: chunked', '-T', file, `${server.url}/clean-put`)
    assert.deepEqual([chunked.status, chunked.body.toString()], [200, 'kept'])
    const [put] = server.received
    assert.equal(put?.headers['content-length'], '3000000')
    assert.equal(put?.headers['transfer-encoding'], undefined)
    assert.equal(put?.headers['expect'], undefined)
    assert.ok(put?.body.equals(content))

    assert.equal((await curl(gateway, '-F', 'a=1', '-F', `f=@${file}`, `${server.url}/clean-form`)).status, 200)
    const [, form] = server.received
    assert.ok(form?.body.includes(content))
    await gateway.accessLine('/clean-form')
    const lines = (await gateway.log('http', 'access'))
      .split('\n')
      .filter((line) => line.includes('/clean-'))
      .map(parseLogLine)
    assert.deepEqual(
      lines.map(({ method, status, bytes, detection, proxy }) => [
        method,
        status,
        bytes,
        detection.result,
        proxy.checks,
      ]),
      [
        ['PUT', 200, 4, 'CLEAN', 2],
        ['POST', 200, 4, 'CLEAN', 2],
      ],
    )
  })

  test('of other data is scanned by its own setting, whatever its method [HTTP-19]', async () => {
    await using server = await startCollector('/api')
    const send = (method: string) =>
      curl(
        gateway,
        '-X',
        method,
        '-H',
        'Content-Type: application/octet-stream',
        '--data-binary',
        `${EICAR}`,
        `${server.url}/api`,
      )
    assert.equal((await send('POST')).status, 200)
    await using _ = await under({ 'http.virus_check_post_raw': true })
    assert.deepEqual([(await send('POST')).status, (await send('PATCH')).status], [403, 403])
    assert.equal(server.received.length, 1)
  })

  test('that is compressed is decoded for the scan [HTTP-19]', async () => {
    await using server = await startCollector('/put')
    const file = await fileOf('f.gz', gzipSync(EICAR))
    const { status } = await curl(gateway, '-H', 'Content-Encoding: gzip', '-T', file, `${server.url}/put`)
    assert.equal(status, 403)
    assert.equal(server.connections, 0)
  })

  test('without the setting, or without virus_check, passes as it comes [HTTP-19]', async () => {
    await using server = await startCollector('/live')
    const file = await fileOf('eicar.com', EICAR)
    await using _ = await under({ 'http.virus_check_post': false })
    assert.equal((await curl(gateway, '-T', file, `${server.url}/live`)).status, 200)
    await using _also = await under({ 'http.virus_check_post': true, 'http.virus_check': false })
    assert.equal((await curl(gateway, '-T', file, `${server.url}/live`)).status, 200)
    assert.deepEqual(
      server.received.map(({ body }) => body),
      [EICAR, EICAR],
    )
  })

  test('with a virus passes under action=pass, told in the one line and kept in quarantine [HTTP-19, HTTP-10]', async () => {
    await using _ = await under({ 'http.action': 'pass', 'http.quarantine': true })
    await using server = await startCollector('/passed')
    const file = await fileOf('eicar.com', EICAR)
    assert.equal((await curl(gateway, '-T', file, `${server.url}/passed`)).status, 200)
    assert.deepEqual(server.received[0]?.body, EICAR)
    const line = parseLogLine(await gateway.line('http', 'detect', '/passed'))
    assert.deepEqual([line.detection.result, line.action, line.status, line.bytes], ['INFECTED', 'PASS', 200, 4])
    await gateway.accessLine('/passed')
    assert.equal((await gateway.log('http', 'access')).match(/\/passed/g)?.length, 1)
    assert.deepEqual(await readFile(join(gateway.home, 'quarantine', line.detection.quarantined)), EICAR)
  })

  test("by Node's fetch and its FormData [HTTP-19]", async () => {
    await using server = await startCollector('/fetched')
    const encoded = async (content: Buffer) => {
      const form = new FormData()
      form.set('file', new File([new Uint8Array(content)], 'übel.com'))
      const { headers, body } = new Request('http://a/', { method: 'POST', body: form, duplex: 'half' })
      return { type: headers.get('content-type') ?? '', body: Buffer.from(await new Response(body).arrayBuffer()) }
    }
    for (const [content, expected] of [
      [Buffer.from('fine'), 200],
      [EICAR, 403],
    ] as const) {
      const { type, body } = await encoded(content)
      const file = await fileOf('form', body)
      const { status } = await curl(
        gateway,
        '-H',
        `Content-Type: ${type}`,
        '--data-binary',
        `@${file}`,
        `${server.url}/fetched`,
      )
      assert.equal(status, expected)
    }
    assert.equal(parseLogLine(await gateway.line('http', 'detect', '/fetched')).detection.file, 'übel.com')
  })
})
