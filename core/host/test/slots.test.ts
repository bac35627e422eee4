import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { EchoGateway, until } from './echo-gateway.js'

describe('slots', () => {
  test('pre_spawn bounds the connections of all workers together; further ones wait in order', async () => {
    await using echo = await EchoGateway.start()
    await echo.set({ workers: '2', pre_spawn: '3' })
    const clients = await Promise.all(Array.from({ length: 7 }, () => echo.client()))
    const greeted = clients.map((client) => client.greeting())
    await until('three connections', () => echo.service.connections === 3 && echo.service.waiting > 0)
    for (let served = 0; served < 7; served += 1) {
      const { client, slot } = await Promise.race(
        greeted.flatMap((greeting, index) => {
          const waiting = clients[index]
          return waiting === undefined ? [] : greeting.then(({ slot: given }) => ({ client: waiting, slot: given }))
        }),
      )
      assert.ok(slot < 3, `slot ${slot}`)
      assert.ok(echo.service.connections <= 3)
      const at = clients.indexOf(client)
      clients.splice(at, 1)
      greeted.splice(at, 1)
      client.send('close')
      await client.over()
    }
    await until('none left', () => echo.service.connections === 0)
  })

  test('reaching pre_spawn is said in the guide’s words, once a minute', async () => {
    await using echo = await EchoGateway.start()
    await echo.set({ pre_spawn: '1' })
    for (let round = 0; round < 3; round += 1) {
      const client = await echo.client()
      await client.greeting()
      client.send('close')
      await client.over()
    }
    const line = await echo.line('error', 'Maximum connections: warning')
    assert.match(
      line,
      /###ERROR### Maximum connections: warning: Client connections reached maximum connections \(1\) \. More request will be blocked\/rejected\./,
    )
    await until('none left', () => echo.service.connections === 0)
    const { readFile } = await import('node:fs/promises')
    const text = await readFile(`${echo.place.home}/log/echo/error.log`, 'utf8')
    assert.equal(text.split('Maximum connections: warning').length, 2)
  })

  test('the lowest free slot is given first, also after a worker died with its own', async () => {
    await using echo = await EchoGateway.start()
    const [first, second, third] = [await echo.client(), await echo.client(), await echo.client()]
    for (const [slot, client] of [first, second, third].entries()) assert.equal((await client.greeting()).slot, slot)
    second.send('close')
    await second.over()
    await until('slot 1 free', () => echo.service.connections === 2)
    const fourth = await echo.client()
    assert.equal((await fourth.greeting()).slot, 1)
    fourth.send('die')
    await fourth.over()
    const fifth = await echo.client()
    assert.equal((await fifth.greeting()).slot, 0)
  })

  test('a higher pre_spawn lets those in who wait, at once', async () => {
    await using echo = await EchoGateway.start()
    await echo.set({ pre_spawn: '1' })
    const [first, second] = [await echo.client(), await echo.client()]
    await first.greeting()
    await echo.set({ pre_spawn: '2' })
    assert.equal((await second.greeting()).slot, 1)
  })
})
