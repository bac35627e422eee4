/** A TCP connection that lines are sent over, made anew when it breaks. What does not fit its queue is dropped and counted. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Log } from '@fsigk/plugin-api'

const MAX_QUEUED_BYTES = 4 * 1024 * 1024
const RETRY_MS = 1_000

export class Link {
  #queue: Buffer[] = []
  #queuedBytes = 0
  #dropped = 0
  #socket: Socket | undefined
  #connected = false
  #retry: NodeJS.Timeout | undefined
  #closing = false

  constructor(
    private readonly host: string,
    private readonly port: number,
    private readonly log: Log,
  ) {}

  /** Takes lines to send. Never throws and never waits. */
  send(lines: string): void {
    const bytes = Buffer.from(lines)
    const waiting = this.#queuedBytes + (this.#socket?.writableLength ?? 0)
    if (this.#closing || waiting + bytes.length > MAX_QUEUED_BYTES) {
      this.#dropped += 1
      return
    }
    this.#queue.push(bytes)
    this.#queuedBytes += bytes.length
    this.#pump()
  }

  /** Sends what is queued, as long as somebody takes it and the signal allows, and closes. */
  async close(signal: AbortSignal): Promise<void> {
    this.#closing = true
    clearTimeout(this.#retry)
    const socket = this.#socket
    if (socket === undefined) return
    const cut = () => socket.destroy()
    signal.addEventListener('abort', cut, { once: true })
    if (signal.aborted) cut()
    try {
      const closed = socket.closed ? undefined : once(socket, 'close').catch(() => {})
      if (this.#connected) socket.end()
      await closed
    } finally {
      signal.removeEventListener('abort', cut)
    }
  }

  #pump(): void {
    if (this.#socket === undefined && this.#retry === undefined) this.#connect()
    if (!this.#connected || this.#queue.length === 0) return
    this.#socket?.write(Buffer.concat(this.#queue))
    this.#queue = []
    this.#queuedBytes = 0
  }

  #connect(): void {
    const socket = connect(this.port, this.host)
    this.#socket = socket
    socket.on('connect', () => {
      this.#connected = true
      if (this.#dropped > 0) this.log.warn('lines were dropped', { count: this.#dropped })
      this.#dropped = 0
      this.#pump()
      if (this.#closing) socket.end()
    })
    socket.on('error', (error) => this.log.warn('log server', { error: error.message }))
    socket.on('close', () => this.#broke())
    // A log server says nothing; what it says all the same must not fill our memory.
    socket.resume()
  }

  #broke(): void {
    this.#socket = undefined
    this.#connected = false
    if (!this.#closing)
      this.#retry = setTimeout(() => {
        this.#retry = undefined
        if (this.#queue.length > 0) this.#pump()
      }, RETRY_MS).unref()
  }
}
