import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { test } from 'node:test'
import { Intake, Sweeper } from '@fsigk/sockets'
import { KeepAwake } from '../src/keep-awake.js'
import { Upstream } from '../src/upstream.js'

const IDLE_MS = 20_000
const EVERY_MS = 20

test('a server is kept awake behind a message whose end the client has yet to take', async () => {
  const isAwake = Promise.withResolvers<void>()
  let noops = 0
  const server = createServer((socket) => {
    socket.write('.\r\n')
    socket.on('error', () => socket.destroy())
    // The next one is said when this one has its reply.
    socket.on('data', (said) => {
      assert.equal(said.toString(), 'NOOP\r\n')
      noops += 1
      if (noops === 3) isAwake.resolve()
      socket.write('+OK\r\n')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const intake = new Intake()
  const socket = connect({ port, host: '127.0.0.1', onread: intake.onread })
  await once(socket, 'connect')
  const sweeper = new Sweeper()
  const upstream = new Upstream(socket, { host: '127.0.0.1', port }, sweeper, {}, intake)
  assert.equal(await upstream.channel.each(() => 'full', IDLE_MS), 'bytes')
  const awake = new KeepAwake(upstream, () => true, EVERY_MS, sweeper)
  awake.begin()
  await isAwake.promise
  awake.stop()
  upstream.close()
  server.close()
})
