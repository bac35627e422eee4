import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { EchoGateway, until } from './echo-gateway.js'

describe('workers', () => {
  test('are known by the name of their service', async () => {
    await using echo = await EchoGateway.start()
    const [pid] = echo.pids
    assert.match(await readFile(`/proc/${pid}/cmdline`, 'latin1'), /^fsigk_echo\0/)
  })

  test('one that dies is replaced at once, in the words of the guide, and others go on', async () => {
    await using echo = await EchoGateway.start()
    await echo.set({ workers: '2' })
    const clients = await Promise.all(Array.from({ length: 8 }, () => echo.client()))
    const greetings = await Promise.all(clients.map((client) => client.greeting()))
    const [victim] = echo.pids
    assert.ok(victim)
    process.kill(victim, 'SIGKILL')
    await until('a replacement', () => echo.pids.length === 2 && !echo.pids.includes(victim))
    await echo.line(
      'error',
      `###ERROR### main:quit_signal:child(${victim}) stopped. (sig=17[SIGCHLD], si_code=2[CLD_KILLED], status=9,`,
    )
    await echo.line('error', '###ERROR### Error recovery: restarting service...')
    for (const [index, client] of clients.entries())
      if (greetings[index]?.pid !== victim) assert.notEqual((await client.who()).pid, victim)
  })

  test('connections queued while no worker accepts are served by the next one, none is reset', async () => {
    await using echo = await EchoGateway.start()
    const [victim] = echo.pids
    assert.ok(victim)
    // A stopped worker accepts nothing: the kernel queues what arrives from now on.
    process.kill(victim, 'SIGSTOP')
    const queued = await Promise.all(Array.from({ length: 10 }, () => echo.client()))
    process.kill(victim, 'SIGKILL')
    const greetings = await Promise.all(queued.map((client) => client.greeting()))
    assert.ok(greetings.every(({ pid }) => pid !== victim))
    assert.deepEqual(
      greetings.map(({ slot }) => slot).sort((left, right) => left - right),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    )
  })

  test('one whose event loop is stuck is noticed and replaced', async () => {
    await using echo = await EchoGateway.start({ heartbeat: { everyMs: 100, limitMs: 1_500 } })
    const client = await echo.client()
    const { pid } = await client.greeting()
    client.send('hang')
    await client.over()
    await echo.line('fsigk', '"event":"worker stuck"')
    const next = await echo.client()
    assert.notEqual((await next.greeting()).pid, pid)
  })

  test('one that is sent SIGTERM is replaced first and lets its connections finish', async () => {
    await using echo = await EchoGateway.start()
    const old = await echo.client()
    const { pid } = await old.greeting()
    process.kill(pid, 'SIGTERM')
    await until('a replacement', () => echo.pids.length === 1 && !echo.pids.includes(pid))
    assert.equal(await old.line(), 'draining')
    assert.equal((await old.who()).pid, pid)
    old.send('close')
    await old.over()
    assert.equal(old.state, 'ended')
  })

  test('a promise that a plugin forgot ends no session', async () => {
    await using echo = await EchoGateway.start()
    const client = await echo.client()
    const { pid } = await client.greeting()
    client.send('forget')
    await echo.line('fsigk', '"event":"unhandled rejection"')
    assert.equal((await client.who()).pid, pid)
  })
})
