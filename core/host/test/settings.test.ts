import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { EchoClient, EchoGateway, until } from './echo-gateway.js'

describe('settings of a running gateway', () => {
  test('a change is in force in every worker when it is acknowledged, and connections stay', async () => {
    await using echo = await EchoGateway.start()
    await echo.set({ workers: '2' })
    const clients = await Promise.all(Array.from({ length: 12 }, () => echo.client()))
    for (const client of clients) assert.equal((await client.greeting()).text, 'hello')
    const report = await echo.set({ greeting: 'good day' })
    assert.deepEqual(report.services, [{ name: 'echo', applied: true, off: false, revision: report.revision }])
    const serving = echo.service.workers.filter(({ state }) => state === 'serving')
    assert.ok(serving.every(({ revision }) => revision === report.revision))
    for (const client of clients) {
      const { text, revision } = await client.who()
      assert.deepEqual([text, revision], ['good day', report.revision])
    }
    assert.match(await readFile(join(echo.place.home, 'conf/fsigk.ini'), 'utf8'), /^greeting=good day$/m)
  })

  test('a worker that replaces another begins with the newest settings', async () => {
    await using echo = await EchoGateway.start()
    await echo.set({ greeting: 'newest' })
    const [victim = 0] = echo.pids
    process.kill(victim, 'SIGKILL')
    const client = await echo.client()
    assert.equal((await client.greeting()).text, 'newest')
  })

  test('what a plugin refuses is saved, not in force, told with the reason, and tried again', async () => {
    await using echo = await EchoGateway.start()
    const before = echo.service.revision
    const report = await echo.set({ refuse: 'yes', greeting: 'refused' })
    assert.equal(report.saved, true)
    assert.match(report.services[0]?.because ?? '', /Plugin 'protocol-echo' failed in reload\(\): it does not want to/)
    assert.equal(report.services[0]?.applied, false)
    assert.equal(echo.service.revision, before)
    const client = await echo.client()
    assert.deepEqual([(await client.greeting()).text, (await client.who()).revision], ['hello', before])
    const mended = await echo.set({ refuse: 'no' })
    assert.equal(mended.services[0]?.applied, true)
    assert.equal((await client.who()).text, 'refused')
  })

  test('a changed port is open before the old one closes, and connections of the old one go on', async () => {
    await using echo = await EchoGateway.start()
    const old = await echo.client()
    await old.greeting()
    const { address, port } = echo.service
    const report = await echo.set({ svcport: '127.0.0.2:0' })
    assert.equal(report.services[0]?.applied, true)
    assert.equal(echo.service.address, '127.0.0.2')
    const client = await echo.client()
    await client.greeting()
    assert.equal(await old.line(), 'draining')
    await old.who()
    await assert.rejects(EchoClient.to({ address, port }), { code: 'ECONNREFUSED' })
  })

  test('a port that cannot be had leaves the service where it was, says so, and is tried until it can', async () => {
    await using echo = await EchoGateway.start()
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as { port: number }
    const before = echo.service
    const report = await echo.set({ svcport: `127.0.0.1:${port}` })
    assert.match(
      report.services[0]?.because ?? '',
      new RegExp(`^bind\\(port=${port},addr=127\\.0\\.0\\.1\\)\\. # Please check`),
    )
    assert.deepEqual([echo.service.port, echo.service.revision], [before.port, before.revision])
    await echo.line('error', /###ERROR### bind\(port=.*streerror\(98\)=Address already in use/)
    const client = await echo.client()
    await client.greeting()
    taken.close()
    await until('the port', () => echo.service.port === port && echo.service.because === undefined)
    assert.equal(echo.service.revision, report.revision)
  })

  test('the same port on other addresses is taken over', async () => {
    await using echo = await EchoGateway.start()
    const { port } = echo.service
    const old = await echo.client()
    await old.greeting()
    const report = await echo.set({ svcport: String(port) })
    assert.deepEqual(report.services, [{ name: 'echo', applied: true, off: false, revision: report.revision }])
    assert.equal(echo.service.port, port)
    assert.notEqual(echo.service.address, '127.0.0.1')
    const client = await EchoClient.to({ address: '127.0.0.1', port })
    await client.greeting()
    await old.line()
    await old.who()
    client[Symbol.dispose]()
  })

  test('switched off, a service refuses connections and lets those it has finish; on again, it listens', async () => {
    await using echo = await EchoGateway.start()
    const { address, port } = echo.service
    const old = await echo.client()
    await old.greeting()
    await echo.set({ svcport: `127.0.0.1:${port}`, echo_service: 'no' })
    assert.equal(echo.service.state, 'off')
    await assert.rejects(EchoClient.to({ address, port }), { code: 'ECONNREFUSED' })
    assert.equal(await old.line(), 'draining')
    await old.who()
    const report = await echo.set({ echo_service: 'yes' })
    assert.equal(report.services[0]?.applied, true)
    assert.equal(echo.service.port, port)
    const client = await echo.client()
    await client.greeting()
    old.send('close')
    await echo.line('info', /main: ### STOP ### \(ver=\[1\.0-test\], pid=\d+, sig=15\[SIGTERM\]\)/)
  })

  test('other workers take the place of those there are, on the same socket', async () => {
    await using echo = await EchoGateway.start()
    const { port } = echo.service
    const before = echo.pids
    const old = await echo.client()
    await old.greeting()
    await echo.set({ workers: '3' })
    assert.equal(echo.service.port, port)
    assert.equal(echo.pids.length, 3)
    assert.ok(before.every((pid) => !echo.pids.includes(pid)))
    await old.line()
    assert.equal((await old.who()).pid, before[0])
  })
})
