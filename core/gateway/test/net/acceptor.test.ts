import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import type { FsigkError } from '@fsigk/plugin-api'
import { Acceptor } from '../../src/net/acceptor.js'
import { openListeningSocket } from '../../src/net/listening-socket.js'
import { duplicate } from '../../src/net/posix.js'
import { allOf, client, closed, MemorySlots } from './kit.js'

type Conversation = (socket: Socket, slot: number) => Promise<void>

/** An acceptor on a socket of its own, that tells of each conversation as it begins. */
class Bench extends EventEmitter implements AsyncDisposable {
  readonly socket = openListeningSocket({ address: '127.0.0.1', port: 0 })
  readonly port = this.socket.port
  readonly slots: MemorySlots
  readonly errors: FsigkError[] = []
  readonly acceptor: Acceptor
  served = 0

  private constructor(slots: number, backlog: number, converse: Conversation) {
    super()
    this.slots = new MemorySlots(slots)
    this.acceptor = new Acceptor({
      fd: duplicate(this.socket.fd),
      slots: this.slots,
      backlog,
      onConnection: (socket, slot) => {
        this.served += 1
        this.emit('conversation', socket, slot)
        return converse(socket, slot)
      },
      onError: (error) => {
        this.errors.push(error)
        this.emit('failure', error)
      },
    })
  }

  static async start(slots: number, backlog: number, converse: Conversation): Promise<Bench> {
    const bench = new Bench(slots, backlog, converse)
    await bench.acceptor.start()
    return bench
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.acceptor.abandonParked()
    this.acceptor.stop()
    await this.acceptor.idle()
    this.socket.close()
  }
}

/** Answers each line that the client sends, and closes when the client does. */
async function echo(socket: Socket): Promise<void> {
  socket.pipe(socket)
  await closed(socket)
}

/** One byte there and back: then the conversation has begun. */
async function served(peer: Socket): Promise<Socket> {
  peer.write('.')
  await once(peer, 'data')
  return peer
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

test('a conversation gets the lowest free slot', async () => {
  await using bench = await Bench.start(10, 10, echo)
  const slots: number[] = []
  bench.on('conversation', (_, slot) => slots.push(slot))
  const first = await served(await client(bench.port))
  const second = await served(await client(bench.port))
  first.end()
  await until(() => bench.acceptor.conversations === 1)
  const third = await served(await client(bench.port))
  assert.deepEqual(slots, [0, 1, 0])
  second.end()
  third.end()
})

test('connections beyond the slots are parked, in order, and never closed', async () => {
  await using bench = await Bench.start(1, 10, echo)
  const order: (number | undefined)[] = []
  bench.on('conversation', (socket: Socket) => order.push(socket.remotePort))
  const peers: Socket[] = []
  for (let i = 0; i < 5; i += 1) peers.push(await client(bench.port))
  const ports = peers.map((peer) => peer.localPort)
  await until(() => bench.acceptor.parked === 4)
  assert.equal(bench.acceptor.conversations, 1)

  for (const peer of peers) {
    await served(peer)
    peer.end()
    await closed(peer)
  }
  assert.deepEqual(order, ports)
  assert.equal(bench.slots.mostTaken, 1)
})

test('what a client sent while it was parked is there when its turn comes', async () => {
  await using bench = await Bench.start(1, 10, async (socket) => {
    socket.end(await allOf(socket))
  })
  const first = await client(bench.port)
  const second = await client(bench.port)
  await until(() => bench.acceptor.parked === 1)
  const request = 'x'.repeat(300_000)
  second.end(request)
  first.end('short')
  assert.equal(await allOf(first), 'short')
  assert.equal(await allOf(second), request)
})

test('when `backlog` are parked the kernel queues, and all of them are served in the end', async () => {
  await using bench = await Bench.start(2, 4, async (socket) => {
    socket.end(await allOf(socket))
  })
  const peers = await Promise.all(Array.from({ length: 60 }, () => client(bench.port)))
  await until(() => bench.acceptor.parked === 4)
  // Two turns of the loop later nothing more has been accepted.
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual([bench.acceptor.conversations, bench.acceptor.parked, bench.served], [2, 4, 2])

  const answers = await Promise.all(
    peers.map((peer, i) => {
      peer.end(`request ${i}`)
      return allOf(peer)
    }),
  )
  assert.deepEqual(
    answers,
    peers.map((_, i) => `request ${i}`),
  )
  assert.equal(bench.slots.mostTaken, 2)
  await until(() => bench.slots.taken === 0)
  assert.deepEqual([bench.slots.waiting, bench.acceptor.parked], [0, 0])
})

test('a parked connection that its peer has reset costs no conversation and no place', async () => {
  await using bench = await Bench.start(1, 2, echo)
  const first = await served(await client(bench.port))
  const gone = await client(bench.port)
  await until(() => bench.acceptor.parked === 1)
  gone.resetAndDestroy()
  const second = await client(bench.port)
  const third = await client(bench.port)
  await until(() => bench.acceptor.parked === 2)
  first.end()
  await served(second)
  second.end()
  await served(third)
  third.end()
  assert.equal(bench.served, 3)
})

test('a conversation that rejects is reported, its connection closed and its slot released', async () => {
  await using bench = await Bench.start(1, 2, async () => {
    throw new Error('out of words')
  })
  const peer = await client(bench.port)
  assert.equal(await allOf(peer), '')
  peer.end()
  await until(() => bench.slots.taken === 0)
  assert.equal(bench.errors[0]?.code, 'FSIGK_CONVERSATION_FAILED')
  assert.match(bench.errors[0]?.message ?? '', /^The conversation with 127\.0\.0\.1 ended .*: out of words\.$/)
})

test('a reset in the middle of a conversation is no error of the process', async () => {
  await using bench = await Bench.start(1, 2, async (socket) => {
    await closed(socket)
  })
  const peer = await client(bench.port)
  await until(() => bench.acceptor.conversations === 1)
  peer.resetAndDestroy()
  await until(() => bench.acceptor.conversations === 0)
  assert.deepEqual([bench.errors, bench.slots.taken], [[], 0])
})

test('an answer given before the whole request was read reaches the peer unharmed', async () => {
  const answer = 'refused'.repeat(50_000)
  await using bench = await Bench.start(1, 2, async (socket) => {
    await once(socket, 'data')
    socket.pause()
    socket.write(answer)
  })
  const peer = await client(bench.port)
  const got = allOf(peer)
  peer.end(Buffer.alloc(3_000_000))
  assert.equal(await got, answer)
  await until(() => bench.slots.taken === 0)
})

test('a peer that never closes is left after two seconds', { timeout: 60_000 }, async () => {
  await using bench = await Bench.start(1, 2, async (socket) => {
    socket.end('bye')
  })
  const released = new Promise<void>((resolve) => {
    bench.slots.onRelease = resolve
  })
  const beganAt = performance.now()
  const peer = await client(bench.port)
  assert.equal(await allOf(peer), 'bye')
  await released
  assert.ok(performance.now() - beganAt > 1_900)
  peer.destroy()
})

test('stop takes what was queued, and conversations and parked connections come to their end', async () => {
  const bench = await Bench.start(1, 10, echo)
  const first = await served(await client(bench.port))
  const second = await client(bench.port)
  const third = await client(bench.port)
  bench.acceptor.stop()
  // The supervisor's own descriptor is the last one.
  bench.socket.close()
  await assert.rejects(client(bench.port), { code: 'ECONNREFUSED' })

  let idle = false
  const done = bench.acceptor.idle().then(() => {
    idle = true
  })
  for (const peer of [first, second, third]) {
    assert.equal(idle, false)
    await served(peer)
    peer.end()
    await closed(peer)
  }
  await done
  assert.equal(bench.served, 3)
})

test('two hundred connections that the kernel has queued are accepted in a few turns of the event loop', async () => {
  const socket = openListeningSocket({ address: '127.0.0.1', port: 0 })
  const peers = await Promise.all(Array.from({ length: 200 }, () => client(socket.port)))
  const acceptor = new Acceptor({
    fd: duplicate(socket.fd),
    slots: new MemorySlots(200),
    backlog: 200,
    onConnection: echo,
    onError: assert.fail,
  })
  await acceptor.start()
  let turns = 0
  for (; acceptor.conversations < peers.length; turns += 1) await new Promise((resolve) => setImmediate(resolve))
  assert.ok(turns < 50, `it took ${turns} turns`)
  for (const peer of peers) {
    await served(peer)
    peer.end()
  }
  acceptor.stop()
  await acceptor.idle()
  socket.close()
})

test('stop takes all that the kernel has queued, as far as there is room', async () => {
  const socket = openListeningSocket({ address: '127.0.0.1', port: 0 })
  const peers = await Promise.all(Array.from({ length: 30 }, () => client(socket.port)))
  const slots = new MemorySlots(1)
  const acceptor = new Acceptor({
    fd: duplicate(socket.fd),
    slots,
    backlog: 20,
    onConnection: echo,
    onError: assert.fail,
  })
  await acceptor.start()
  acceptor.stop()
  assert.equal(acceptor.parked, 20)
  // The kernel resets those when the last descriptor of the socket is closed.
  const left = peers.slice(20).map((peer) => assert.rejects(once(peer, 'data'), { code: 'ECONNRESET' }))
  socket.close()
  await Promise.all(left)
  for (const peer of peers.slice(0, 20)) {
    await served(peer)
    peer.end()
    await closed(peer)
  }
  await acceptor.idle()
})

test('an acceptor that is stopped while it pauses gives its descriptors back', async () => {
  const bench = await Bench.start(1, 1, echo)
  const first = await served(await client(bench.port))
  const second = await client(bench.port)
  await until(() => bench.acceptor.parked === 1)
  bench.acceptor.stop()
  bench.socket.close()
  await assert.rejects(client(bench.port), { code: 'ECONNREFUSED' })
  first.end()
  await served(second)
  second.end()
  await bench.acceptor.idle()
})

test('parked connections can be abandoned when the time for draining is over', async () => {
  await using bench = await Bench.start(1, 10, echo)
  const first = await served(await client(bench.port))
  const second = await client(bench.port)
  await until(() => bench.acceptor.parked === 1)
  bench.acceptor.abandonParked()
  assert.equal(await allOf(second), '')
  second.end()
  assert.equal(bench.slots.waiting, 0)
  first.end()
})

test('a connection for which no slot can be had is closed, and reported', async () => {
  await using bench = await Bench.start(0, 10, echo)
  const peer = await client(bench.port)
  await until(() => bench.acceptor.parked === 1)
  bench.slots.fail(new Error('the supervisor is gone'))
  assert.equal(await allOf(peer), '')
  peer.end()
  assert.equal(bench.errors[0]?.code, 'FSIGK_SLOT_UNAVAILABLE')
})

test('a descriptor that is no listening socket is refused by name', async () => {
  const acceptor = new Acceptor({
    fd: 1_000_000,
    slots: new MemorySlots(1),
    backlog: 1,
    onConnection: echo,
    onError: assert.fail,
  })
  await assert.rejects(acceptor.start(), {
    code: 'FSIGK_LISTEN_FAILED',
    message: /^Descriptor 1000000 cannot be listened on/,
  })
})

test('a burst of two thousand connections through a narrow door loses none', async () => {
  await using bench = await Bench.start(50, 20, async (socket) => {
    socket.end(await allOf(socket))
  })
  const answers = await Promise.all(
    Array.from({ length: 2_000 }, async (_, i) => {
      const peer = await client(bench.port)
      peer.end(`${i}`)
      return allOf(peer)
    }),
  )
  assert.deepEqual(
    answers,
    Array.from({ length: 2_000 }, (_, i) => `${i}`),
  )
  assert.ok(bench.slots.mostTaken <= 50)
})

test('a connection that is one too many of its address is told so, and costs no slot', async () => {
  const socket = openListeningSocket({ address: '127.0.0.1', port: 0 })
  const slots = new MemorySlots(2)
  slots.crowded = '127.0.0.1'
  const acceptor = new Acceptor({
    fd: duplicate(socket.fd),
    slots,
    backlog: 4,
    countedFor: ({ remoteAddress = '' }) => remoteAddress,
    turnAway: (turned) => void turned.write('too many of you'),
    onConnection: assert.fail,
    onError: assert.fail,
  })
  await acceptor.start()
  const peer = await client(socket.port)
  assert.equal(await allOf(peer), 'too many of you')
  peer.end()
  assert.deepEqual([slots.taken, slots.waiting, acceptor.parked], [0, 0, 0])
  acceptor.stop()
  socket.close()
})
