/** The supervisor keeps the listening socket, workers inherit it: what the kernel queued survives any worker. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readlinkSync } from 'node:fs'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { type ListeningSocket, openListeningSocket } from '../../src/net/listening-socket.js'
import { allOf, client, startFixture } from './kit.js'

function startWorker(socket: ListeningSocket, name: string, conduct = 'closes', before: readonly string[] = []) {
  return startFixture('accepting-worker', [name, conduct], ['ignore', 'pipe', 'inherit', socket.fd], before)
}

test('a killed worker takes no queued connection with it', async () => {
  const socket = openListeningSocket({ address: '127.0.0.1', port: 0 })
  try {
    await using first = startWorker(socket, 'first')
    assert.equal(await first.line(), 'ready')
    const early = await client(socket.port)
    assert.equal(await allOf(early), 'first')
    early.end()

    // A stopped worker accepts nothing more: these connections are established, and wait in the kernel's queue.
    first.process.kill('SIGSTOP')
    await stateOf(first.process.pid ?? 0, 'T')
    const queued = await Promise.all(Array.from({ length: 50 }, () => client(socket.port)))
    await first.kill('SIGKILL')
    const meanwhile = await client(socket.port)

    await using second = startWorker(socket, 'second')
    assert.equal(await second.line(), 'ready')
    const answers = await Promise.all([...queued, meanwhile].map(allOf))
    assert.deepEqual(new Set(answers), new Set(['second']))
    assert.equal(answers.length, 51)
    for (const one of [...queued, meanwhile]) one.end()
  } finally {
    socket.close()
  }
})

test('two workers share the socket, and either goes on when the other is killed', async () => {
  const socket = openListeningSocket({ address: '127.0.0.1', port: 0 })
  try {
    await using one = startWorker(socket, 'one')
    await using two = startWorker(socket, 'two')
    assert.deepEqual([await one.line(), await two.line()], ['ready', 'ready'])
    await one.kill('SIGKILL')
    for (let i = 0; i < 20; i += 1) {
      const peer = await client(socket.port)
      assert.equal(await allOf(peer), 'two')
      peer.end()
    }
  } finally {
    socket.close()
  }
})

test('a worker that runs out of descriptors lets connections wait, and closes none unserved', async () => {
  const socket = openListeningSocket({ address: '127.0.0.1', port: 0 })
  try {
    const narrow = ['sh', '-c', 'ulimit -n 256 && exec "$@"', 'sh']
    await using worker = startWorker(socket, 'served', 'waits', narrow)
    assert.equal(await worker.line(), 'ready')
    const served: Socket[] = []
    let onServed = () => {}
    const peers = await Promise.all(
      Array.from({ length: 600 }, async () => {
        const peer = await client(socket.port)
        const greeting = once(peer, 'data').then(([chunk]) => {
          served.push(peer)
          onServed()
          return `${chunk}`
        })
        return { peer, greeting }
      }),
    )
    assert.match(await worker.line(), /^error Nearly all of the 256 descriptors/)
    assert.ok(served.length < 256)

    // Each that is served makes room for another.
    for (let left = 0; left < peers.length; left += 1) {
      while (served.length === left) {
        await new Promise<void>((resolve) => {
          onServed = resolve
        })
      }
      served[left]?.end()
    }
    assert.deepEqual(new Set(await Promise.all(peers.map(({ greeting }) => greeting))), new Set(['served']))
  } finally {
    socket.close()
  }
})

test('the program that a worker starts does not inherit the socket', async () => {
  const socket = openListeningSocket({ address: '127.0.0.1', port: 0 })
  try {
    const inode = readlinkSync(`/proc/self/fd/${socket.fd}`)
    const listed = execFileSync('ls', ['-l', '/proc/self/fd'], { encoding: 'latin1' })
    assert.ok(!listed.includes(inode), 'a child of the supervisor')

    await using worker = startFixture('children-of-worker', [], ['ignore', 'pipe', 'inherit', socket.fd])
    assert.ok((await worker.line()).includes(inode), 'the worker itself')
    assert.ok(!(await worker.line()).includes(inode), 'a child of the worker')
  } finally {
    socket.close()
  }
})

/** Waits until a process is in a state of `proc(5)`. */
async function stateOf(pid: number, state: string): Promise<void> {
  while (!readFileSync(`/proc/${pid}/stat`, 'latin1').includes(`) ${state} `)) {
    await new Promise((resolve) => setImmediate(resolve))
  }
}
