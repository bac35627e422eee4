import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import {
  runCommand,
  startTestGateway,
  startWebOrigin,
  type TestGateway,
  temporaryFolder,
  type WebOrigin,
} from '@fsigk/testing'
import { EICAR } from '../../peers/samples.js'

const FILE = Buffer.alloc(200_000, 'a file ')

describe('HTTP: clients that people use', () => {
  let gateway: TestGateway
  let origin: WebOrigin
  before(async () => {
    gateway = await startTestGateway()
    origin = await startWebOrigin({
      '/file.bin': FILE,
      '/eicar.com': EICAR,
      '/chunked': (_request, response) => {
        response.write('one ')
        response.end('two')
      },
      '/echo': (request, response) => void request.pipe(response),
    })
  })
  after(async () => {
    await gateway[Symbol.asyncDispose]()
    await origin[Symbol.asyncDispose]()
  })

  const proxied = () => ({
    ...process.env,
    http_proxy: `http://${gateway.http.host}:${gateway.http.port}`,
    no_proxy: '',
  })

  test('wget gets files, several on one connection, goes on with half of one, and nothing infected [HTTP-06, HTTP-08, HTTP-21]', async () => {
    await using folder = await temporaryFolder()
    const wget = (...args: readonly string[]) =>
      runCommand('wget', ['-nv', '--tries=1', ...args], { env: proxied(), cwd: folder.path })
    const both = await wget(`${origin.url}/file.bin`, `${origin.url}/chunked`)
    assert.equal(both.code, 0, both.stderr)
    assert.deepEqual(await readFile(join(folder.path, 'file.bin')), FILE)
    assert.equal(await readFile(join(folder.path, 'chunked'), 'utf8'), 'one two')
    assert.equal((await gateway.accessLine('/chunked')).proxy.requests, 2)

    const infected = await wget(`${origin.url}/eicar.com`)
    assert.equal(infected.code, 8)
    assert.match(infected.stderr, /403/)

    const half = await wget('--start-pos=100000', '-O', 'rest', `${origin.url}/file.bin?rest`)
    assert.equal(half.code, 0, half.stderr)
    assert.deepEqual(await readFile(join(folder.path, 'rest')), FILE.subarray(100_000))
  })

  /** What a script says, with Node's own support for proxies switched on. */
  async function node(script: string): Promise<string> {
    const env = { ...proxied(), NODE_USE_ENV_PROXY: '1', ORIGIN: origin.url }
    const { stdout, stderr } = await runCommand(process.execPath, ['--input-type=module', '-e', script], { env })
    return stdout + stderr
  }

  test('Node’s http sends URLs, on a kept connection; what it gets is scanned [HTTP-06, HTTP-08]', async () => {
    const said = await node(`
      import { Agent, request } from 'node:http'
      const agent = new Agent({ keepAlive: true, proxyEnv: process.env })
      const ask = (path, body) => new Promise((resolve, reject) => {
        request(process.env.ORIGIN + path, { agent, method: body ? 'POST' : 'GET' }, (response) => {
          let bytes = 0
          response.on('data', (data) => { bytes += data.length }).on('end', () => resolve(response.statusCode + ' ' + (response.statusCode === 200 ? bytes : '-')))
        }).on('error', reject).end(body)
      })
      for (const [path, body] of [['/file.bin?node'], ['/chunked?node'], ['/echo', 'sent'], ['/eicar.com?node']]) console.log(await ask(path, body))
    `)
    assert.equal(said, '200 200000\n200 7\n200 4\n403 -\n')
    assert.equal((await gateway.accessLine('/eicar.com?node')).proxy.requests, 4)
  })

  test('Node’s fetch digs a tunnel for every URL: only where connect_ports allows it [HTTP-25]', async () => {
    const script = `
      const response = await fetch(process.env.ORIGIN + '/file.bin?fetch').catch((error) => error)
      console.log(response.status ?? response.message)
    `
    assert.doesNotMatch(await node(script), /200/)
    await gateway.line('http', 'access', new RegExp(`/403 \\d+ CONNECT 127\\.0\\.0\\.1:${origin.port} `))
    await gateway.set({ 'http.connect_ports': origin.port })
    assert.equal(await node(script), '200\n')
    await gateway.line('http', 'access', new RegExp(`/200 \\d+ CONNECT 127\\.0\\.0\\.1:${origin.port} `))
  })
})
