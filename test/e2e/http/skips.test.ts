/** What is not scanned by setting: by the client's User-Agent, by the name of the file. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { parseLogLine, startTestGateway, startWebOrigin, type TestGateway, type WebOrigin } from '@fsigk/testing'
import { startCollector } from '../../peers/collector.js'
import { curl } from '../../peers/curl.js'
import { EICAR } from '../../peers/samples.js'

const usual = {
  'http.pass_user_agent': false,
  'http.pass_user_agent_list': 'Streamer/,Old Player',
  'http.pass_user_agent_builtin': false,
  'http.pass_ext': false,
  'http.pass_ext_list': '.COM, special',
  'http.virus_check_post': false,
} as const

/** The guide's list (7.1.1.1). */
const builtIn = [
  'Service Pack Setup',
  'Office Update',
  'Symantec LiveUpdate',
  'TMhtload',
  'BW-C',
  'GETDBHTTP',
  'RealPlayer',
  'RMA',
  'NSPlayer',
  'urlgrabber',
  'Microsoft BITS',
  'Windows-Update-Agent',
  'Adobe Update Manager',
  'Mozilla/4.0 (compatible; Win32; Commtouch Http Client',
]

describe('HTTP: not scanned', () => {
  let gateway: TestGateway
  let origin: WebOrigin

  before(async () => {
    gateway = await startTestGateway({ settings: usual })
    origin = await startWebOrigin({
      '/eicar': EICAR,
      '/eicar.com': EICAR,
      '/Very%20Special': EICAR,
      '/other-name': (_request, response) =>
        response.setHeader('Content-Disposition', "attachment; filename=a.exe; filename*=UTF-8''a.com").end(EICAR),
    })
  })
  after(async () => {
    await gateway[Symbol.asyncDispose]()
    await origin[Symbol.asyncDispose]()
  })
  beforeEach(() => gateway.set(usual))

  const status = async (path: string, agent = 'curl') =>
    (await curl(gateway, '-A', agent, `${origin.url}${path}`)).status

  async function passed(path: string): Promise<readonly string[]> {
    const line = parseLogLine(
      await gateway.line('http', 'access', (text) => text.includes(path) && text.includes('/200 ')),
    )
    return [line.detection.result, line.action, ...line.proxy.details]
  }

  test('data for a client whose User-Agent begins as in the list, in this very case [HTTP-14]', async () => {
    assert.equal(await status('/eicar', 'Streamer/1.0'), 403)
    await gateway.set({ 'http.pass_user_agent': true })
    assert.equal(await status('/eicar?agent', 'Streamer/1.0'), 200)
    assert.deepEqual(await passed('/eicar?agent'), ['UNSCANNED', 'NONE', 'PASS_USER_AGENT'])
    for (const agent of ['streamer/1.0', 'A Streamer/1.0', 'Streamer', ''])
      assert.equal(await status('/eicar', agent), 403)
  })

  test("data for the clients of the guide's list, by its own switch [HTTP-14]", async () => {
    for (const agent of builtIn) assert.equal(await status('/eicar', agent), 403, agent)
    await gateway.set({ 'http.pass_user_agent_builtin': true })
    for (const agent of builtIn) assert.equal(await status('/eicar', `${agent} 1.0`), 200, agent)
    assert.equal(await status('/eicar', 'Streamer/1.0'), 403)
  })

  test('what such a client sends [HTTP-14, HTTP-19]', async () => {
    await gateway.set({ 'http.pass_user_agent': true, 'http.virus_check_post': true })
    await using server = await startCollector('/put')
    const put = (agent: string) =>
      curl(gateway, '-A', agent, '-X', 'PUT', '--data-binary', `${EICAR}`, `${server.url}/put`)
    assert.equal((await put('Old Player 2')).status, 200)
    assert.equal((await put('New Player')).status, 403)
    assert.equal(server.received.length, 1)
  })

  test('a file whose name ends as in the list, in any case [HTTP-15]', async () => {
    assert.equal(await status('/eicar.com'), 403)
    await gateway.set({ 'http.pass_ext': true })
    assert.equal(await status('/eicar.com?ext'), 200)
    assert.deepEqual(await passed('/eicar.com?ext'), ['UNSCANNED', 'NONE', 'PASS_EXT'])
    assert.equal(await status('/Very%20Special'), 200)
    assert.equal(await status('/eicar'), 403)
    assert.equal(await status('/eicar?name=a.com'), 403)
  })

  test('but a file to which some clients would give another name [HTTP-15]', async () => {
    await gateway.set({ 'http.pass_ext': true })
    assert.equal(await status('/other-name'), 403)
  })
})
