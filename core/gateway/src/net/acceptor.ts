/**
 * Accepts the connections of one service in one worker, on the listening socket that the supervisor keeps. An
 * accepted connection waits, parked, until the service has a slot for it; when `backlog` connections are parked, accepting
 * pauses and the kernel queues. Nothing that was accepted is closed unserved, but what is beyond the connections of one
 * address: that is told so.
 */
import type { Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import type { FsigkError } from '@fsigk/plugin-api'
import { systemErrorSuffix } from '../system-error.js'
import { closeGently } from './close-gently.js'
import { DescriptorWatch } from './descriptor-watch.js'
import { fail } from './errors.js'
import { KERNEL_QUEUE } from './listening-socket.js'
import { closeDescriptor, duplicate } from './posix.js'
import { acceptQueued, queuedConnections } from './queued-connections.js'
import type { SlotRequest, SlotSource } from './slot-source.js'
import { TurnedAway } from './turned-away.js'

const RETRY_MS = 100
/** So many connections are accepted in one turn at most, beside the one that libuv takes: each costs the others some time. */
const MAX_A_TURN = 64
/** Under a lasting shortage accepting pauses and goes on many times a second; once a minute is enough to know it. */
const SCARCITY_REPORTED_EVERY_MS = 60_000

export interface AcceptorOptions {
  /** A listening socket, inherited from the supervisor. It is the acceptor's from now on: `stop` closes it. */
  readonly fd: number
  readonly slots: SlotSource
  /** How many accepted connections may wait for a slot before the kernel queues (`KERNEL_QUEUE`). */
  readonly backlog: number
  /**
   * Holds the conversation. The socket is open to both sides' half-close, sends without delay, and has been reading into
   * its own buffer since accept. The slot is released when this settles and the socket, if it is still open then, has
   * been closed (`closeGently`).
   */
  onConnection(socket: Socket, slot: number): Promise<void>
  /** Whom a connection is counted for (`countedAddress`); `''` for nobody, as when it is left out. */
  countedFor?(socket: Socket): string
  /** Says that this connection is one too many of its address; it is closed then. */
  turnAway?(socket: Socket): void
  /** Told of what goes wrong outside any conversation, and of conversations that reject. Accepting goes on. */
  onError(error: FsigkError): void
}

/** An accepted connection that waits for a slot. */
interface Parked {
  readonly socket: Socket
  readonly request: SlotRequest
  readonly gone: () => void
}

export class Acceptor {
  readonly #options: AcceptorOptions
  readonly #server: Server
  readonly #descriptors = new DescriptorWatch()
  readonly #parked = new Set<Parked>()
  readonly #turnedAway: TurnedAway
  readonly #whenIdle: (() => void)[] = []
  #isAbandoned = false
  #conversations = 0
  /** The server's own descriptor, while it listens. */
  #fd: number
  /** Keeps the listening socket while the server, whose descriptor it was, is closed. */
  #keptFd: number | undefined
  /** While accepting pauses: `full` until places are free, `scarce` until descriptors are, `failed` for a moment. */
  #state: 'new' | 'accepting' | 'full' | 'scarce' | 'failed' | 'stopped' = 'new'
  #retry: NodeJS.Timeout | undefined
  #scarcityReportedAt = Number.NEGATIVE_INFINITY

  constructor(options: AcceptorOptions) {
    this.#options = options
    this.#fd = options.fd
    this.#turnedAway = new TurnedAway(options.turnAway?.bind(options))
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#arrived(socket)
      this.#acceptMore()
    })
  }

  /** Connections accepted and waiting for a slot. */
  get parked(): number {
    return this.#parked.size
  }

  /** Conversations under way. */
  get conversations(): number {
    return this.#conversations
  }

  /**
   * Begins to accept.
   *
   * @throws FSIGK_LISTEN_FAILED when the descriptor is no listening socket
   */
  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const refused = (cause: Error) =>
        reject(fail('FSIGK_LISTEN_FAILED', [this.#options.fd, cause.message], { cause }))
      this.#server.once('error', refused)
      this.#server.listen({ fd: this.#options.fd }, KERNEL_QUEUE, () => {
        this.#server.off('error', refused)
        this.#server.on('error', (error) => this.#acceptFailed(error))
        resolve()
      })
    })
    this.#state = 'accepting'
  }

  /**
   * Accepts what the kernel has queued, as far as there is room, and closes the listening socket. Conversations go on,
   * and parked connections still get their turn.
   */
  stop(): void {
    if (this.#state === 'stopped') return
    this.#accept(Number.POSITIVE_INFINITY)
    clearTimeout(this.#retry)
    if (this.#state === 'new') closeDescriptor(this.#options.fd)
    if (this.#server.listening) this.#server.close()
    if (this.#keptFd !== undefined) closeDescriptor(this.#keptFd)
    this.#keptFd = undefined
    this.#state = 'stopped'
    this.#tellIfIdle()
  }

  /** Closes every parked connection: the time for draining is over. */
  abandonParked(): void {
    this.#isAbandoned = true
    for (const { socket } of this.#parked) socket.destroy()
    for (const parked of this.#parked) parked.gone()
    this.#tellIfIdle()
  }

  /** Settles when the acceptor has been stopped and the last of its connections is closed. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenIdle.push(resolve)
      this.#tellIfIdle()
    })
  }

  /** Half of those that wait: the other half is for workers that turn more quickly, and for the next turn. */
  #acceptMore(): void {
    const waiting = this.#state === 'accepting' ? queuedConnections(this.#fd) : 0
    this.#accept(Math.min(MAX_A_TURN, Math.ceil(waiting / 2)))
  }

  #accept(atMost: number): void {
    for (let accepted = 0; accepted < atMost && this.#state === 'accepting'; accepted += 1) {
      const socket = acceptQueued(this.#fd)
      if (socket === undefined) return
      this.#arrived(socket)
    }
  }

  #arrived(socket: Socket): void {
    // A reset must never be an uncaught error, whoever listens; the conversation learns of it by 'close'.
    socket.on('error', ignore)
    if (this.#isAbandoned) {
      socket.destroy()
      return
    }
    this.#park(socket)
    if (this.#parked.size >= this.#options.backlog) this.#pause('full')
    if (this.#descriptors.accepted()) {
      this.#pause('scarce')
      this.#reportScarcity()
    }
  }

  #reportScarcity(): void {
    const now = performance.now()
    if (now - this.#scarcityReportedAt < SCARCITY_REPORTED_EVERY_MS) return
    this.#scarcityReportedAt = now
    this.#options.onError(fail('FSIGK_DESCRIPTORS_SCARCE', [this.#descriptors.limit]))
  }

  #park(socket: Socket): void {
    const request = this.#options.slots.request(this.#options.countedFor?.(socket) ?? '')
    const parked: Parked = { socket, request, gone: () => this.#gone(parked) }
    this.#parked.add(parked)
    socket.once('close', parked.gone)
    request.answer.then(
      (slot) => this.#answered(parked, slot),
      (error: unknown) => this.#refused(parked, error),
    )
  }

  /** Its peer has reset it, or the time for draining is over. */
  #gone(parked: Parked): void {
    if (!this.#parked.delete(parked)) return
    parked.request.cancel()
    this.#resume()
    this.#tellIfIdle()
  }

  #answered(parked: Parked, slot: number | 'crowded'): void {
    const { socket } = parked
    const waited = this.#parked.delete(parked)
    socket.off('close', parked.gone)
    if (slot === 'crowded') void this.#turnedAway.close(socket)
    else if (!waited || socket.destroyed) this.#options.slots.release(slot)
    else void this.#converse(socket, slot)
    this.#resume()
    this.#tellIfIdle()
  }

  #refused(parked: Parked, error: unknown): void {
    if (!this.#parked.delete(parked)) return
    parked.socket.destroy()
    this.#options.onError(fail('FSIGK_SLOT_UNAVAILABLE', [textOf(error)], { cause: error }))
    this.#resume()
    this.#tellIfIdle()
  }

  async #converse(socket: Socket, slot: number): Promise<void> {
    this.#conversations += 1
    try {
      await this.#options.onConnection(socket, slot)
    } catch (error) {
      const peer = `${socket.remoteAddress ?? 'a peer that is gone'}`
      this.#options.onError(fail('FSIGK_CONVERSATION_FAILED', [peer, textOf(error)], { cause: error }))
    }
    await closeGently(socket)
    this.#conversations -= 1
    this.#options.slots.release(slot)
    this.#resume()
    this.#tellIfIdle()
  }

  /** Stops accepting by closing the server's own descriptor. A duplicate keeps the socket, and with it the queue. */
  #pause(why: 'full' | 'scarce' | 'failed'): void {
    if (this.#state !== 'accepting') return
    try {
      this.#keptFd ??= duplicate(this.#options.fd)
    } catch {
      // Not even one descriptor is left. Accepting goes on, since a closed listener could never be opened again.
      return
    }
    this.#server.close()
    this.#state = why
    if (why !== 'full') this.#retryLater()
  }

  /** Half of the places must be free again, so that under a steady load not every connection costs a pause. */
  #resume(): void {
    if (this.#state === 'full' && this.#parked.size <= this.#options.backlog / 2) this.#listenAgain()
  }

  #listenAgain(): void {
    if (this.#keptFd === undefined) return
    clearTimeout(this.#retry)
    try {
      this.#fd = duplicate(this.#keptFd)
      this.#server.listen({ fd: this.#fd }, KERNEL_QUEUE)
      this.#state = 'accepting'
    } catch {
      this.#state = 'failed'
      this.#retryLater()
    }
  }

  /** Without a pause a failing accept would be tried again at once, and for ever: the queue stays readable. */
  #acceptFailed(cause: Error): void {
    this.#options.onError(fail('FSIGK_ACCEPT_FAILED', [this.#options.fd, systemErrorSuffix(cause)], { cause }))
    this.#pause('failed')
  }

  /** Descriptors may be held by others than our conversations, so nobody tells when they are free again. */
  #retryLater(): void {
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => {
      if (this.#state === 'scarce' && this.#descriptors.scarce()) this.#retryLater()
      else this.#listenAgain()
    }, RETRY_MS)
  }

  #tellIfIdle(): void {
    if (this.#state !== 'stopped' || this.#conversations > 0 || this.#parked.size > 0) return
    for (const tell of this.#whenIdle.splice(0)) tell()
  }
}

function ignore(): void {}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
