import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { describe, test } from 'node:test'
import { exchange, startTestGateway, startWebOrigin } from '@fsigk/testing'
import { reasonForNoNetwork, startNetwork } from '../../peers/network.js'

/** How curl ends. */
const [SERVED, REFUSED] = [0, 7]

describe('HTTP: listeners', () => {
  const forms: readonly {
    readonly svcport: string
    readonly reach: readonly string[]
    readonly not?: readonly string[]
  }[] = [
    { svcport: '0', reach: ['127.0.0.1', '::1'] },
    { svcport: '127.0.0.2:0', reach: ['127.0.0.2'], not: ['127.0.0.1'] },
    { svcport: '%lo:0', reach: ['127.0.0.1'] },
    { svcport: '127.0.0.1%lo:0', reach: ['127.0.0.1'], not: ['127.0.0.2'] },
    { svcport: '[::1]:0', reach: ['::1'], not: ['127.0.0.1'] },
    { svcport: '[::]:0', reach: ['::1'], not: ['127.0.0.1'] },
    { svcport: '[::1]%lo:0', reach: ['::1'], not: ['127.0.0.1'] },
  ]
  for (const { svcport, reach, not } of forms)
    test(`svcport=${svcport} is listened on, and nothing else [HTTP-01]`, async () => {
      await using gateway = await startTestGateway({ settings: { 'http.svcport': svcport } })
      await using origin = await startWebOrigin({ '/': 'x' })
      const { port } = await gateway.address('http')
      for (const host of reach) {
        if (host === '::1' && !hasIpv6()) continue
        assert.match(await exchange({ host, port }, `GET ${origin.url}/ HTTP/1.0\r\n\r\n`), /\r\n\r\nx$/)
      }
      for (const host of not ?? []) await assert.rejects(exchange({ host, port }, 'x'), /ECONNREFUSED/)
    })

  test('an interface takes what comes in there, and nothing else [HTTP-01]', {
    skip: reasonForNoNetwork(),
  }, async () => {
    await using network = await startNetwork({ gateway: ['192.168.7.1/24'], client: ['192.168.7.2/24'] })
    const { client, gateway: machine } = network.hosts
    for (const [svcport, ...expected] of [
      ['%lo:9080', SERVED, REFUSED],
      ['%eth0:9080', REFUSED, SERVED],
      ['192.168.7.1%lo:9080', REFUSED, REFUSED],
    ] as const) {
      await using _gateway = await startTestGateway({ under: machine.under, settings: { 'http.svcport': svcport } })
      const ask = async (host: typeof machine, at: string) =>
        (await host.run('curl', '-s', '-x', `http://${at}:9080`, 'http://127.0.0.1/')).code
      assert.deepEqual([await ask(machine, '127.0.0.1'), await ask(client, '192.168.7.1')], expected, svcport)
    }
  })

  test('http_service=no stops the service of a running gateway, yes starts it [HTTP-01]', async () => {
    await using gateway = await startTestGateway()
    const { host, port } = gateway.http
    await gateway.set({ 'http.svcport': `127.0.0.1:${port}` })
    await gateway.set({ 'http.http_service': false })
    await assert.rejects(exchange({ host, port }, 'x'), /ECONNREFUSED/)
    await gateway.set({ 'http.http_service': true })
    assert.match(await exchange({ host, port }, 'GET nonsense HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 400 /)
  })

  test('a client of IPv4 on a dual-stack listener is an IPv4 address in the log [HTTP-01]', async () => {
    await using gateway = await startTestGateway({ settings: { 'http.svcport': '0' } })
    await using origin = await startWebOrigin({ '/mapped': 'x' })
    const { port } = await gateway.address('http')
    await exchange({ host: '127.0.0.1', port }, `GET ${origin.url}/mapped HTTP/1.0\r\n\r\n`)
    assert.equal((await gateway.accessLine('/mapped')).client, '127.0.0.1')
  })

  test('a port in use is one clear line, and the exit code is not 0 [HTTP-01]', async () => {
    await using first = await startTestGateway()
    const failed = startTestGateway({ settings: { 'http.svcport': `127.0.0.1:${first.http.port}` } })
    await assert.rejects(failed, (error: Error) => {
      assert.match(error.message, new RegExp(`bind\\(port=${first.http.port},addr=127\\.0\\.0\\.1\\)`))
      assert.match(error.message, /Address already in use/)
      return true
    })
  })
})

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))
}
