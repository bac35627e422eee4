/** How many connections one address may have, with clients at many addresses of 127.0.0.0/8. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RawClient, startTestGateway, startWebOrigin, type TestGateway, until, type WebOrigin } from '@fsigk/testing'

describe('HTTP: connections of one address', () => {
  /** A client that has asked for `/` on a connection that stays open. */
  async function connected({ http }: TestGateway, origin: WebOrigin, localAddress: string): Promise<RawClient> {
    const from = { ...http, localAddress }
    const client = await RawClient.to(from)
    client.send(`GET ${origin.url}/ HTTP/1.1\r\nHost: x\r\n\r\n`)
    return client
  }

  const isServed = (heard: string) => heard.startsWith('HTTP/1.1 200 ') && heard.endsWith('served')

  test('further ones are answered 503 over all workers, and others are served meanwhile [OPS-05]', async () => {
    await using gateway = await startTestGateway({
      settings: {
        'http.workers': 2,
        'http.pre_spawn': 8,
        'http.address_limit': 5,
        'http.address_limit_except': '',
      },
    })
    await using origin = await startWebOrigin({ '/': 'served' })
    using clients = new DisposableStack()
    const greedy = await Promise.all(Array.from({ length: 30 }, () => connected(gateway, origin, '127.0.0.5')))
    for (const client of greedy) clients.use(client)
    const heard = await Promise.all(greedy.map((client) => client.until((text) => text.includes('\r\n\r\n'))))
    assert.equal(heard.filter((text) => text.startsWith('HTTP/1.1 200 ')).length, 5)
    const refused = heard.filter((text) => !text.startsWith('HTTP/1.1 200 '))
    assert.equal(refused.length, 25)
    for (const text of refused)
      assert.match(text, /^HTTP\/1\.1 503 Service Unavailable\r\n[\s\S]*Connection: close\r\n/)
    const turned = greedy.find(({ received }) => received.toString().includes(' 503 '))
    assert.match(
      (await turned?.untilClosed()) ?? '',
      /Retry-After: 30\r\n[\s\S]*Too many connections from this address/,
    )

    const others = await Promise.all(
      ['127.0.0.6', '127.0.0.7', '127.0.0.8'].map((at) => connected(gateway, origin, at)),
    )
    for (const client of others) assert.ok(isServed(await clients.use(client).until(isServed)))

    await gateway.line('http', 'error', "'address_limit_except'")
    const errors = await gateway.log('http', 'error')
    assert.equal(errors.split('Connections from [127.0.0.5] reached the maximum of one address (5)').length, 2)

    for (const client of greedy) client.socket.destroy()
    await until('the slots come back', async () => (await gateway.status()).services[0]?.connections === 3)
    using again = await connected(gateway, origin, '127.0.0.5')
    assert.ok(isServed(await again.until(isServed)))
  })

  test('by default nobody has more than a quarter of pre_spawn but for a browser’s worth, and a list says who may [OPS-05]', async () => {
    await using gateway = await startTestGateway({
      settings: { 'http.pre_spawn': 160, 'http.address_limit_except': '127.0.0.9' },
    })
    await using origin = await startWebOrigin({ '/': 'served' })
    const openedBy = async (address: string) => {
      using clients = new DisposableStack()
      const all = await Promise.all(Array.from({ length: 60 }, () => connected(gateway, origin, address)))
      const heard = all.map((client) => clients.use(client).until((text) => text.includes('\r\n\r\n')))
      return (await Promise.all(heard)).filter((text) => text.startsWith('HTTP/1.1 200 ')).length
    }
    assert.equal(await openedBy('127.0.0.5'), 40)
    assert.equal(await openedBy('127.0.0.9'), 60)
    await gateway.set({ 'http.pre_spawn': 70, 'http.address_limit_except': '127.0.0.5' })
    assert.equal(await openedBy('127.0.0.5'), 60)
    assert.equal(await openedBy('127.0.0.9'), 32)
  })
})
