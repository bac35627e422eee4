import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { type Arrival, type BytesReader, Channel, Intake, Sweeper } from '../src/index.js'

/** Keeps what it is pushed. */
class Everything implements BytesReader {
  chunks: Buffer[] = []
  unread = 0

  push(bytes: Buffer): void {
    this.chunks.push(bytes)
    this.unread += bytes.length
  }

  take(): Buffer {
    const taken = Buffer.concat(this.chunks)
    this.chunks = []
    this.unread = 0
    return taken
  }

  finish(): void {}
}

const BODIES = [0, 1, 2047, 2048, 2049, 4096, 80_000, 131_072, 133_120, 3_000_000, 20_000_000].map((bytes) =>
  randomBytes(bytes),
)
/** More than the system takes for a far end that is slow. */
const LARGEST = BODIES.length - 1
const LIMIT_MS = 20_000
const sweeper = new Sweeper()
let server: Server

/** Small enough for reads that are not full. */
const PIECE_BYTES = 100_000

/** Sends a body piece by piece, and closes its half. */
async function send(socket: Socket, body: Buffer): Promise<void> {
  for (let at = 0; at < body.length; at += PIECE_BYTES) {
    if (!socket.write(body.subarray(at, at + PIECE_BYTES))) await once(socket, 'drain')
    await new Promise((resolve) => setImmediate(resolve))
  }
  socket.end()
}

/** Sends the body of the number that it is told. */
before(async () => {
  server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.once('data', (number) => {
      send(socket, BODIES[Number(number)] ?? Buffer.alloc(0)).catch(() => socket.destroy())
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
after(() => server.close())

async function ask(body: number): Promise<Channel<Everything>> {
  const intake = new Intake()
  const { port } = server.address() as AddressInfo
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, onread: intake.onread })
  await once(socket, 'connect')
  const channel = new Channel(socket, new Everything(), sweeper, undefined, intake)
  channel.write(String(body))
  return channel
}

/** Two ends of a connection. */
async function pair(): Promise<readonly [Socket, Socket]> {
  const listening = createServer()
  listening.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const far = connect((listening.address() as AddressInfo).port, '127.0.0.1')
  const [near] = (await once(listening, 'connection')) as [Socket]
  listening.close()
  return [near, far]
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function read(body: number): Promise<Buffer> {
  const channel = await ask(body)
  const pieces: Buffer[] = []
  let arrival: Arrival | undefined
  while (arrival !== 'end') {
    arrival = await channel.more(LIMIT_MS)
    pieces.push(channel.parser.take())
    assert.notEqual(arrival, 'timeout')
  }
  channel.destroy()
  return Buffer.concat(pieces)
}

/** Passes a body to a far end that takes its time over each piece. */
async function pass(body: number): Promise<Buffer> {
  const [near, far] = await pair()
  const taken: Buffer[] = []
  const takenAll = once(far, 'end')
  far.on('data', (bytes) => {
    taken.push(bytes)
    far.pause()
    setImmediate(() => far.resume())
  })
  const from = await ask(body)
  const to = new Channel(near, new Everything(), sweeper)
  let arrival: Arrival | undefined
  while (arrival !== 'end') {
    const first = from.parser.take()
    if (first.length > 0) to.hand([first])
    arrival = await from.each((bytes) => (to.hand([bytes]) ? 'more' : 'full'), LIMIT_MS)
    assert.notEqual(arrival, 'timeout')
    if (arrival === 'bytes') assert.equal(await to.room(LIMIT_MS), 'room')
  }
  await to.finish(LIMIT_MS)
  await takenAll
  for (const each of [from, to]) each.destroy()
  far.destroy()
  return Buffer.concat(taken)
}

test('what comes in buffers that are used again is what was sent, on many sockets at a time', async () => {
  const bodies = await Promise.all([...BODIES, ...BODIES, ...BODIES].map((_, at) => read(at % BODIES.length)))
  for (const [at, bytes] of bodies.entries())
    assert.equal(digest(bytes), digest(BODIES[at % BODIES.length] ?? Buffer.alloc(0)), `body ${at}`)
})

test('what passes to far ends that are slow is what was sent, on many sockets at a time', async () => {
  const passed = await Promise.all([...BODIES, ...BODIES, ...BODIES].map((_, at) => pass(at % BODIES.length)))
  for (const [at, bytes] of passed.entries())
    assert.equal(digest(bytes), digest(BODIES[at % BODIES.length] ?? Buffer.alloc(0)), `body ${at}`)
})

test('what comes before anybody listens is kept', async () => {
  const intake = new Intake()
  const listening = createServer((socket) => socket.end('+OK ready\r\n'))
  listening.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const socket = connect({
    port: (listening.address() as AddressInfo).port,
    onread: intake.onread,
    allowHalfOpen: true,
  })
  while (socket.bytesRead === 0) await new Promise((resolve) => setImmediate(resolve))
  const channel = new Channel(socket, new Everything(), sweeper, undefined, intake)
  while ((await channel.more(LIMIT_MS)) !== 'end');
  assert.equal(channel.parser.take().toString(), '+OK ready\r\n')
  channel.destroy()
  listening.close()
})

test('what is put in front of bytes leaves them where they are, where there is room', async () => {
  const channel = await ask(LARGEST)
  const seen: boolean[] = []
  while (seen.length < 3)
    await channel.each((bytes) => {
      const isLarge = bytes.length > 4096
      const copy = Buffer.from(bytes)
      const together = channel.withFront([Buffer.from('two'), Buffer.from('pieces')], bytes)
      assert.equal(together.toString('latin1', 0, 9), 'twopieces')
      assert.ok(together.subarray(9).equals(copy))
      if (isLarge) seen.push(together.buffer === bytes.buffer)
      return 'over'
    }, LIMIT_MS)
  assert.deepEqual(seen, [true, true, true])
  channel.destroy()
})
