/** Names of servers: a name server of our own, some of whose names are never answered. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { exchange, RawClient, startTestGateway, startWebOrigin, temporaryFolder, until } from '@fsigk/testing'
import { curl } from '../../peers/curl.js'
import { startDnsServer } from '../../peers/dns-server.js'
import { underNameServer } from '../../peers/name-service.js'

describe('HTTP: names of servers', () => {
  test('many names whose servers are silent hold up no others, and cost connect_timeout each [OPS-05, HTTP-34]', async () => {
    await using folder = await temporaryFolder()
    const dead = Array.from({ length: 100 }, (_, at) => `dead${at}.test`)
    const live = Array.from({ length: 20 }, (_, at) => [`live${at}.test`, ['127.0.0.1']] as const)
    await using _dns = await startDnsServer('127.77.0.5', { a: Object.fromEntries(live), silent: dead })
    await using origin = await startWebOrigin({ '/x': 'through' })
    await using gateway = await startTestGateway({
      settings: { 'http.connect_timeout': 4 },
      under: await underNameServer(folder.path, '127.77.0.5'),
    })
    using clients = new DisposableStack()
    const waiting = await Promise.all(
      dead.map(async (name) => {
        const client = clients.use(await RawClient.to(gateway.http))
        client.send(`GET http://${name}/ HTTP/1.1\r\nHost: x\r\n\r\n`)
        return client
      }),
    )
    const began = performance.now()
    const ask = (name: string) => exchange(gateway.http, `GET http://${name}:${origin.port}/x HTTP/1.0\r\n\r\n`)
    for (const heard of await Promise.all(live.map(([name]) => ask(name)))) assert.match(heard, /\r\n\r\nthrough$/)
    const tookMs = performance.now() - began
    assert.ok(waiting.some(({ received }) => received.length === 0) || tookMs < 4_000, 'they were served meanwhile')
    for (const [at, client] of waiting.entries()) {
      const heard = await client.untilClosed()
      assert.match(heard, /^HTTP\/1\.1 503 /)
      assert.ok(heard.includes(`CONNECT(dead${at}.test:80)/hostname lookup error: Host name lookup failure`), heard)
    }
    // One after the other they would take a hundred times as long.
    assert.ok(performance.now() - began < 60_000)
    await until('all slots are back', async () => (await gateway.status()).services[0]?.connections === 0)
  })

  test('why a name has no address is said in the words of the guide [HTTP-34]', async () => {
    await using folder = await temporaryFolder()
    await using _dns = await startDnsServer('127.77.0.7', { a: { 'empty.test': [] }, silent: ['silent.test'] })
    await using gateway = await startTestGateway({ under: await underNameServer(folder.path, '127.77.0.7') })
    for (const [name, failure, connectTimeout] of [
      ['missing.test', 'Unknown host', 30],
      ['empty.test', 'No address associated with name', 30],
      ['silent.test', 'Host name lookup failure', 1],
    ] as const) {
      await gateway.set({ 'http.connect_timeout': connectTimeout })
      const { status, body } = await curl(gateway, `http://${name}/`)
      assert.equal(status, 503)
      assert.ok(body.toString().includes(`CONNECT(${name}:80)/hostname lookup error: ${failure}`), body.toString())
    }
  })

  test('an answer is kept as long as dns_cache and its name servers say; a name that does not exist is asked for again', async () => {
    await using folder = await temporaryFolder()
    let addresses: readonly string[] = []
    await using dns = await startDnsServer('127.77.0.6', {
      a: { 'kept.test': ['127.0.0.1'], 'later.test': () => addresses },
    })
    await using origin = await startWebOrigin({ '/x': 'through' })
    await using gateway = await startTestGateway({
      settings: { 'common.dns_cache': 300, 'http.keepalive': false },
      under: await underNameServer(folder.path, '127.77.0.6'),
    })
    const statusOf = async (name: string) => (await curl(gateway, `http://${name}:${origin.port}/x`)).status
    const asked = (name: string) => dns.questions.filter((question) => question === `A ${name}`).length
    for (let round = 0; round < 4; round++) assert.equal(await statusOf('kept.test'), 200)
    assert.equal(asked('kept.test'), 1)
    await gateway.set({ 'common.dns_cache': 0 })
    for (let round = 0; round < 3; round++) assert.equal(await statusOf('kept.test'), 200)
    assert.equal(asked('kept.test'), 4)

    await gateway.set({ 'common.dns_cache': 1 })
    assert.equal(await statusOf('later.test'), 503)
    addresses = ['127.0.0.1']
    await until('the name is known', async () => (await statusOf('later.test')) === 200)
  })
})
