/** What the settings refuse by its name, its kind, its size or its client, whatever scanners say of it. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import {
  parseLogLine,
  startTestGateway,
  startWebOrigin,
  type TestGateway,
  type WebOrigin,
  type WebReply,
} from '@fsigk/testing'
import { startCollector } from '../../peers/collector.js'
import { curl } from '../../peers/curl.js'

const usual = {
  'http.block_ext': false,
  'http.block_ext_list': '.exe,.SCR',
  'http.block_script': false,
  'http.block_activex': false,
  'http.block_user_agent': false,
  'http.block_user_agent_list': 'BadBot,Old Browser/1',
  'http.block_filesize': false,
  'http.block_filesize_len': 100_000,
  'http.action': 'delete',
  'http.virus_check': true,
  'http.virus_check_post': false,
  'http.pass_ext': false,
} as const

const SCRIPT = '<html><body><script>alert(1)</script></body></html>'
const OBJECT = '<html><object classid="clsid:D27CDB6E-AE6D-11cf-96B8-444553540000"></object></html>'

function page(body: string | Buffer, headers: Readonly<Record<string, string>>): WebReply {
  return (_request, response) => response.writeHead(200, headers).end(body)
}

const named = (disposition: string) => page('fine', { 'Content-Disposition': disposition })

describe('HTTP: blocked by setting', () => {
  let gateway: TestGateway
  let origin: WebOrigin

  before(async () => {
    gateway = await startTestGateway({ settings: usual })
    origin = await startWebOrigin({
      '/a.txt': 'fine',
      '/a.ExE': 'fine',
      '/named': named('attachment; filename="a.scr"'),
      '/extended': named("attachment; filename=a.txt; filename*=UTF-8''b.exe"),
      '/later': named('attachment; filename=a.txt; filename="b.exe"'),
      '/dotted': named('attachment; filename="b.exe. "'),
      '/large.bin': Buffer.alloc(200_000, 'a'),
      '/exact.bin': Buffer.alloc(100_000, 'a'),
      // Its end, which never comes, is not waited for.
      '/unannounced.bin': (_request, response) => void response.write(Buffer.alloc(100_001, 'a')),
      '/script': page(SCRIPT, { 'Content-Type': 'text/html' }),
      '/script-gzip': page(gzipSync(SCRIPT), { 'Content-Type': 'text/html', 'Content-Encoding': 'gzip' }),
      '/script-utf16': page(Buffer.from(`\ufeff${SCRIPT}`, 'utf16le'), { 'Content-Type': 'text/html' }),
      '/script-untyped': page(SCRIPT, {}),
      '/script-svg': page('<svg onload="x()"/>', { 'Content-Type': 'image/svg+xml' }),
      '/object': page(OBJECT, { 'Content-Type': 'text/html' }),
      '/plain': page('<html><p>fine</p></html>', { 'Content-Type': 'text/html' }),
    })
  })
  after(async () => {
    await gateway[Symbol.asyncDispose]()
    await origin[Symbol.asyncDispose]()
  })
  beforeEach(() => gateway.set(usual))

  const status = async (path: string, ...args: readonly string[]) =>
    (await curl(gateway, ...args, `${origin.url}${path}`)).status

  async function told(path: string) {
    const line = parseLogLine(await gateway.line('http', 'detect', path))
    return [line.detection.name, line.action, line.status]
  }

  test('by the end of its name, by any of the names that a client may use [HTTP-27]', async () => {
    assert.equal(await status('/a.ExE'), 200)
    await gateway.set({ 'http.block_ext': true })
    for (const path of ['/a.ExE', '/named', '/extended', '/later', '/dotted']) {
      assert.equal(await status(path), 403, path)
      assert.deepEqual(await told(path), ['FSIGK/POLICY_BLOCK_EXT', 'DELETE', 403])
    }
    assert.equal(await status('/a.txt'), 200)
    // A word of mail alone: here it is an ending like any other.
    await gateway.set({ 'http.block_ext_list': 'ALL' })
    for (const path of ['/a.txt', '/a.ExE?all']) assert.equal(await status(path), 200)
  })

  test('by its name, though it is not scanned by its name, or nothing is scanned [HTTP-27, HTTP-15]', async () => {
    await gateway.set({ 'http.block_ext': true, 'http.pass_ext': true, 'http.pass_ext_list': '.exe' })
    assert.equal(await status('/a.ExE?skipped'), 403)
    await gateway.set({ 'http.pass_ext': false, 'http.virus_check': false })
    assert.equal(await status('/a.ExE?unscanned'), 403)
    assert.deepEqual(await told('/a.ExE?unscanned'), ['FSIGK/POLICY_BLOCK_EXT', 'DELETE', 403])
  })

  test('by its name passes under action=pass, and is told [HTTP-27, HTTP-08]', async () => {
    await gateway.set({ 'http.block_ext': true, 'http.action': 'pass' })
    assert.equal((await curl(gateway, `${origin.url}/a.ExE?passed`)).body.toString(), 'fine')
    assert.deepEqual(await told('/a.ExE?passed'), ['FSIGK/POLICY_BLOCK_EXT', 'PASS', 200])
  })

  test('a sent file by its name, wherever it stands [HTTP-27, HTTP-19]', async () => {
    await gateway.set({ 'http.block_ext': true, 'http.virus_check_post': true })
    await using server = await startCollector('/form', '/put.exe')
    const file = join(gateway.home, 'sent.exe')
    await writeFile(file, 'fine')
    assert.equal((await curl(gateway, '-F', `f=@${file}`, `${server.url}/form`)).status, 403)
    assert.equal((await curl(gateway, '-T', file, `${server.url}/put.exe`)).status, 403)
    assert.equal((await curl(gateway, '-F', 'a.exe=1', `${server.url}/form`)).status, 200)
    assert.equal(server.received.length, 1)
  })

  test('a page with scripts, however it is coded and labelled [HTTP-27]', async () => {
    assert.equal(await status('/script'), 200)
    await gateway.set({ 'http.block_script': true })
    for (const path of ['/script', '/script-gzip', '/script-utf16', '/script-untyped', '/script-svg']) {
      assert.equal(await status(`${path}?block`), 403, path)
      assert.deepEqual(await told(`${path}?block`), ['FSIGK/POLICY_BLOCK_SCRIPT', 'DELETE', 403])
    }
    for (const path of ['/plain', '/object', '/a.txt']) assert.equal(await status(path), 200, path)
    await gateway.set({ 'http.virus_check': false })
    assert.equal(await status('/script'), 200)
  })

  test('a page with ActiveX [HTTP-27]', async () => {
    await gateway.set({ 'http.block_activex': true })
    assert.equal(await status('/object'), 403)
    assert.deepEqual(await told('/object'), ['FSIGK/POLICY_BLOCK_ACTIVEX', 'DELETE', 403])
    for (const path of ['/plain', '/script']) assert.equal(await status(path), 200, path)
  })

  test('by its size [HTTP-27]', async () => {
    assert.equal(await status('/large.bin'), 200)
    await gateway.set({ 'http.block_filesize': true })
    assert.equal(await status('/large.bin'), 403)
    assert.deepEqual(await told('/large.bin'), ['FSIGK/POLICY_BLOCK_FILESIZE', 'DELETE', 403])
    assert.equal(await status('/unannounced.bin'), 403)
    assert.deepEqual(await told('/unannounced.bin'), ['FSIGK/POLICY_BLOCK_FILESIZE', 'DELETE', 403])
    assert.equal(await status('/exact.bin'), 200)
  })

  test('its client, before any server is asked, for tunnels too [HTTP-27]', async () => {
    await gateway.set({ 'http.block_user_agent': true })
    const before = origin.requests.length
    assert.equal(await status('/a.txt?agent', '-A', 'BadBot/2.0'), 403)
    assert.equal(await status('/a.txt?agent', '-A', 'Old Browser/1.1'), 403)
    assert.equal(origin.requests.length, before)
    assert.equal((await gateway.accessLine('/a.txt?agent')).error, 'Access Denied (User-Agent)')
    const tunnel = await curl(gateway, '-A', 'BadBot', `${origin.url.replace('http:', 'https:')}/`)
    assert.match(tunnel.stderr, /403/)
    for (const agent of ['badbot', 'Mozilla BadBot', '']) assert.equal(await status('/a.txt', '-A', agent), 200, agent)
  })

  test('`config why` names the setting, and what others would have led to [HTTP-27]', async () => {
    await gateway.set({ 'http.block_ext': true })
    assert.equal(await status('/a.ExE?why'), 403)
    const { id } = parseLogLine(await gateway.line('http', 'detect', '/a.ExE?why'))
    const { code, stdout } = await gateway.cli('config', 'why', id)
    assert.equal(code, 0)
    assert.match(stdout, /http\.block_ext/)
  })
})
