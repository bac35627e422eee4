/** What each kind of generated plugin is for, tried in a running gateway. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import {
  download,
  RawClient,
  requestLine,
  runPluginCli,
  startRawServer,
  startWebOrigin,
  type TestGateway,
  until,
} from '@fsigk/testing'

export const kinds = ['scanner', 'spam', 'auth', 'notifier', 'log', 'protocol'] as const
export type Kind = (typeof kinds)[number]

export interface Installed {
  readonly id: string
  readonly section: string
  readonly home: string
}

export interface Trial {
  /** A setting of the template, a value that it takes, one that it does not, and how that is told. */
  readonly setting: string
  readonly good: string
  readonly bad: string
  readonly rule: RegExp
  /** Enables it in the running gateway, sees it work, disables it, and sees that it does not. */
  works(gateway: TestGateway, plugin: Installed): Promise<void>
}

export const trials: Readonly<Record<Kind, Trial>> = {
  scanner: {
    setting: 'threat',
    good: 'Site/Marker',
    bad: 'x'.repeat(101),
    rule: /at most 100 are/,
    works: blocksDownloads,
  },
  spam: { setting: 'limit', good: '3', bad: '0', rule: /1/, works: isInOrder },
  auth: {
    setting: 'accounts',
    good: 'ann:00:00',
    bad: 'x'.repeat(65_537),
    rule: /at most 65536 are/,
    works: isInOrder,
  },
  notifier: {
    setting: 'url',
    good: 'http://127.0.0.1:1/',
    bad: 'x'.repeat(2_000),
    rule: /at most 1999 are/,
    works: isInOrder,
  },
  log: { setting: 'port', good: '5141', bad: '65536', rule: /65,?535/, works: receivesLines },
  protocol: { setting: 'idle_timeout', good: '30', bad: '0', rule: /86,?400/, works: servesClients },
}

async function turn(word: 'enable' | 'disable', { home, id }: Installed): Promise<void> {
  const { code, stdout, stderr } = await runPluginCli(home, [word, id])
  assert.equal(code, 0, stdout + stderr)
}

async function blocksDownloads(gateway: TestGateway, plugin: Installed): Promise<void> {
  await using origin = await startWebOrigin({ '/bad': 'it holds the SAMPLE-MALWARE-MARKER' })
  const status = async () => (await download(gateway, `${origin.url}/bad`)).status
  assert.equal(await status(), 200)
  await turn('enable', plugin)
  assert.equal(await status(), 403)
  assert.equal((await gateway.accessLine('/bad')).detection.name, '')
  await gateway.line('http', 'detect', 'Sample%2FMarker')
  await turn('disable', plugin)
  assert.equal(await status(), 200)
}

/** Nothing in this release asks it yet, or not without more than this test has: it is at its place, and told so. */
async function isInOrder(gateway: TestGateway, plugin: Installed): Promise<void> {
  const seen = async () => {
    const { stdout } = await runPluginCli(plugin.home, ['info', plugin.id, '--json'])
    const { enabled, problem } = JSON.parse(stdout) as { enabled: boolean; problem: string | null }
    return { enabled, problem }
  }
  await turn('enable', plugin)
  assert.deepEqual(await seen(), { enabled: true, problem: null })
  assert.equal(
    (await gateway.status()).services.every(({ because }) => because === undefined),
    true,
  )
  await turn('disable', plugin)
  assert.deepEqual(await seen(), { enabled: false, problem: null })
}

async function receivesLines(gateway: TestGateway, plugin: Installed): Promise<void> {
  let received = ''
  const server = createServer((socket) => {
    socket.setEncoding('utf8').on('data', (text) => {
      received += text
    })
    socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await using origin = await startWebOrigin({ '/logged': 'a body', '/unlogged': 'a body' })
    await gateway.set({ [`${plugin.section}.port`]: (server.address() as AddressInfo).port })
    await turn('enable', plugin)
    await download(gateway, `${origin.url}/logged`)
    await until('the line reaches the log server', async () => /^http access \S.*\/logged/m.test(received))
    await turn('disable', plugin)
    await download(gateway, `${origin.url}/unlogged`)
    await gateway.accessLine('/unlogged')
    assert.doesNotMatch(received, /unlogged/)
  } finally {
    server.close()
  }
}

async function servesClients(gateway: TestGateway, plugin: Installed): Promise<void> {
  await using server = await startRawServer(async (socket) => {
    await requestLine(socket)
    socket.end('OK 5\r\nhello')
  })
  const { section } = plugin
  await gateway.set({ [`${section}.svcport`]: '127.0.0.1:0', [`${section}.local_to`]: '127.0.0.0/8' })
  const state = async () => (await gateway.status()).services.find(({ name }) => name === section)?.state
  assert.equal(await state(), 'off')
  await turn('enable', plugin)
  using client = await RawClient.to(await gateway.address(section))
  client.send(`GET ${server.host}:${server.port} greeting\r\n`)
  assert.equal(await client.until((heard) => heard.endsWith('hello')), 'OK 5\r\nhello')
  assert.equal((await gateway.accessLine('greeting', section)).status, 200)
  client.socket.end()
  await turn('disable', plugin)
  assert.equal(await state(), 'off')
}
