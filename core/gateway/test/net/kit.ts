/** What the tests of `net/` share: slots in memory, clients on real sockets, programs that speak in lines. */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { SlotRequest, SlotSource } from '../../src/net/slot-source.js'

/** Slots of one process: the lowest free one first, those who wait first come first served. */
export class MemorySlots implements SlotSource {
  readonly #taken = new Set<number>()
  readonly #waiting: { readonly grant: (slot: number) => void; readonly refuse: (error: unknown) => void }[] = []
  mostTaken = 0
  /** An address that has all its connections. */
  crowded: string | undefined
  /** Called after each release. */
  onRelease: (() => void) | undefined

  constructor(private readonly limit: number) {}

  get taken(): number {
    return this.#taken.size
  }

  get waiting(): number {
    return this.#waiting.length
  }

  request(address = ''): SlotRequest {
    const { promise, resolve: grant, reject: refuse } = Promise.withResolvers<number | 'crowded'>()
    const waiter = { grant, refuse }
    if (address === this.crowded) grant('crowded')
    else this.#waiting.push(waiter)
    this.#grant()
    const cancel = () => {
      const place = this.#waiting.indexOf(waiter)
      if (place !== -1) this.#waiting.splice(place, 1)
    }
    return { answer: promise, cancel }
  }

  release(slot: number): void {
    if (!this.#taken.delete(slot)) throw new Error(`Slot ${slot} was released twice`)
    this.#grant()
    this.onRelease?.()
  }

  /** Refuses everyone who waits. */
  fail(error: Error): void {
    for (const { refuse } of this.#waiting.splice(0)) refuse(error)
  }

  #grant(): void {
    while (this.#taken.size < this.limit) {
      const waiter = this.#waiting.shift()
      if (waiter === undefined) return
      let slot = 0
      while (this.#taken.has(slot)) slot += 1
      this.#taken.add(slot)
      this.mostTaken = Math.max(this.mostTaken, this.#taken.size)
      waiter.grant(slot)
    }
  }
}

/** A client whose connection is established, perhaps only as far as the kernel's queue. */
export async function client(port: number, host = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ host, port, allowHalfOpen: true })
  await once(socket, 'connect')
  return socket
}

/** Everything that the other side sends until it ends. Leaves our side open, as iterating over the socket would not. */
export function allOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.once('end', () => resolve(Buffer.concat(chunks).toString('latin1')))
    socket.once('error', reject)
  })
}

/** When a socket is closed, for whatever reason. */
export function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve()
    else socket.once('close', () => resolve())
  })
}

/** A child program that tells what it does in lines of standard output. */
export class LineProgram implements AsyncDisposable {
  readonly #lines: AsyncIterator<string>

  constructor(readonly process: ChildProcess) {
    if (process.stdout === null) throw new TypeError('The program has no standard output')
    this.#lines = createInterface(process.stdout)[Symbol.asyncIterator]()
  }

  /** The next line; throws when the program has ended. */
  async line(): Promise<string> {
    const { done, value } = await this.#lines.next()
    if (done) throw new Error('The program ended without another line')
    return value
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return
    const gone = once(this.process, 'exit')
    this.process.kill(signal)
    await gone
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill('SIGKILL')
  }
}

/** @param before words of the command line that come before node: `['ip', 'netns', 'exec', name]` */
export function startFixture(
  name: string,
  args: readonly string[],
  stdio: StdioOptions,
  before: readonly string[] = [],
): LineProgram {
  const file = fileURLToPath(new URL(`./fixtures/${name}.js`, import.meta.url))
  const [command = process.execPath, ...rest] = [...before, process.execPath, file, ...args]
  return new LineProgram(spawn(command, rest, { stdio }))
}
