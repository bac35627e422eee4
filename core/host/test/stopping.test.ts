import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { EchoClient, EchoGateway } from './echo-gateway.js'
import { echoPlugin, writePlugin } from './echo-plugin.js'

describe('stopping and reading again', () => {
  test('what is under way finishes, nothing new begins, and then all is given back', async () => {
    await using echo = await EchoGateway.start()
    const client = await echo.client()
    await client.greeting()
    const { address, port } = echo.service
    const stopped = echo.gateway.stop('SIGINT')
    assert.equal(await client.line(), 'draining')
    await assert.rejects(EchoClient.to({ address, port }), { code: 'ECONNREFUSED' })
    assert.equal(echo.gateway.status().state, 'stopping')
    await assert.rejects(echo.set({ greeting: 'late' }), { code: 'FSIGK_STOPPING' })
    await client.who()
    client.send('close')
    await client.over()
    assert.equal(client.state, 'ended')
    await stopped
    assert.equal(existsSync(join(echo.place.home, 'control.sock')), false)
    await echo.line(
      'info',
      /main:signal_handler\(sig=2\[SIGINT\], errno=0\[Success\], code=0\[SI_USER\], status=0\[\], pid=\d+, uid=\d+\)\/cur_pid=\d+/,
    )
    await echo.line('info', 'sig=2[SIGINT])')
    await echo.line('fsigk', '"event":"echo stopped"')
  })

  test('a connection that does not finish is ended at drain_timeout', async () => {
    await using echo = await EchoGateway.start()
    await echo.set({ 'common.drain_timeout': '1' })
    const client = await echo.client()
    await client.greeting()
    await Promise.all([echo.gateway.stop(), client.over()])
  })

  test('a second wish, a while later, ends what is still under way', async () => {
    await using echo = await EchoGateway.start()
    const client = await echo.client()
    await client.greeting()
    const stopped = echo.gateway.stop()
    await client.line()
    let again = 0
    const wishes = setInterval(() => {
      again += 1
      void echo.gateway.stop()
    }, 400)
    await Promise.all([stopped, client.over()])
    clearInterval(wishes)
    assert.ok(again >= 3, `${again} wishes`)
  })

  test('a protocol that is found while the gateway stops is not put to work any more', async () => {
    await using echo = await EchoGateway.start()
    const { administration } = echo.gateway
    const plugins = join(echo.place.home, 'plugins')
    await rm(join(plugins, echoPlugin.id), { recursive: true })
    assert.deepEqual((await administration.reloadPlugins({})).removed, [echoPlugin.id])
    await writePlugin(plugins, echoPlugin)
    const found = administration.reloadPlugins({})
    await Promise.resolve()
    const stopped = echo.gateway.stop()
    await Promise.all([found.catch(() => {}), stopped])
    assert.deepEqual(echo.gateway.status().services, [])
  })

  test('reading again opens the logs anew and asks plugins to look at their files, connections stay', async () => {
    await using echo = await EchoGateway.start()
    const client = await echo.client()
    await client.greeting()
    const logs = join(echo.place.home, 'log')
    await rename(join(logs, 'fsigk.log'), join(logs, 'fsigk.log.1'))
    await rename(join(logs, 'echo/error.log'), join(logs, 'echo/error.log.1'))
    await echo.gateway.reread()
    await echo.line('fsigk', '"event":"echo reloaded"')
    await echo.set({ pre_spawn: '1' })
    await echo.set({ pre_spawn: '2' })
    const second = await echo.client()
    await second.greeting()
    await echo.line('error', 'Maximum connections')
    await client.who()
  })
})
