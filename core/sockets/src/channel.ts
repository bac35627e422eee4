/**
 * One socket: bytes in, through a reader, and bytes out, both with backpressure and a deadline. Its listeners are attached
 * once for the life of the socket, so that a request costs none.
 */
import type { Duplex } from 'node:stream'
import type { Arrival, BytesReader, Room, Taker, Taking } from './far-end.js'
import type { Intake, Intaker } from './intake.js'
import type { Pace } from './pace.js'
import type { Sweeper, Swept } from './sweeper.js'
import { Wait } from './wait.js'
import { writeTogether } from './write-together.js'

/** So much is read ahead of whoever takes it. */
const MAX_UNREAD_BYTES = 64 * 1024

/** How often it is asked what a far end has taken that is waited for. */
const LOOK_EVERY_MS = 1000

export class Channel<P extends BytesReader = BytesReader> implements Swept, Intaker {
  /** Nothing more will be read: the far end has closed its half, or all. */
  ended = false
  /** Nothing can be written any more. */
  closed = false
  /** When bytes last came or left, on the sweeper's clock. */
  movedAt: number
  /** Called once when `ended` becomes true; what it does must not throw. */
  onEnd: (() => void) | undefined
  /** Called once when `closed` becomes true; what it does must not throw. */
  onClose: (() => void) | undefined

  readonly #arrival: Wait<Arrival>
  readonly #room: Wait<Room>
  #lookedAt = 0
  #taken: number | undefined
  /** What the far end has yet to take puts the limit of a wait for bytes off. */
  #isTaking = false
  #paused = false
  /** What has left already of the text that is written next. */
  #ahead = ''
  #take: ((bytes: Buffer) => Taking) | undefined

  /** @param intake of a socket that was dialled with it */
  constructor(
    readonly socket: Duplex,
    readonly parser: P,
    private readonly sweeper: Sweeper,
    private readonly taker?: Taker,
    private readonly intake?: Intake,
  ) {
    this.movedAt = sweeper.now
    this.#arrival = new Wait(sweeper)
    this.#room = new Wait(sweeper)
    if (intake === undefined) socket.on('data', (chunk: Buffer) => this.arrived(chunk, true))
    socket.on('end', () => this.#end(true))
    socket.on('close', () => this.#close())
    // The reason tells nobody anything that the close does not.
    socket.on('error', () => this.#close())
    socket.on('drain', () => this.#drained())
    sweeper.add(this)
    // A far end that says nothing may have closed its half before anybody listened: that event is over.
    if (socket.readableEnded) this.#end(true)
    if (socket.destroyed) this.#close()
    if (intake === undefined) return
    intake.attach(this)
    socket.resume()
  }

  /**
   * Waits for what comes next. One caller at a time.
   *
   * @param limitMs how long at most
   * @param pace of the far end: the wait ends when it is too slow
   */
  more(limitMs: number, pace?: Pace): Promise<Arrival> {
    if (this.ended) return Promise.resolve('end')
    this.listen()
    this.#isTaking = false
    return this.#arrival.begin(limitMs, limitMs, pace)
  }

  /**
   * Hands what comes to `take` in place of the reader, as it comes, until that says otherwise: the wait is over with
   * `bytes` then. What the reader has already must be taken from it first. One caller at a time, of this or `more`.
   *
   * @param take given bytes that are its own only until it returns, unless it says `full`. It must not throw
   * @param limitMs how long nothing may come
   * @param pace as of `more`
   */
  each(take: (bytes: Buffer) => Taking, limitMs: number, pace?: Pace): Promise<Arrival> {
    if (!this.ended) this.#take = take
    return this.more(limitMs, pace)
  }

  /** Reads on although nobody waits for bytes, so that it is noticed when the far end leaves. */
  listen(): void {
    if (!this.#paused) return
    this.#paused = false
    this.socket.resume()
  }

  /** Whether `each` is under way. */
  get isPassing(): boolean {
    return this.#take !== undefined
  }

  /** Puts bytes that `each` just gave behind others, without copying them where that can be. */
  withFront(front: readonly Buffer[], bytes: Buffer): Buffer {
    return this.intake?.withFront(front, bytes) ?? Buffer.concat([...front, bytes])
  }

  /** Whether what comes next is known to follow at once. */
  get isMoreAtHand(): boolean {
    return this.intake?.isMoreAtHand === true
  }

  /** Starts the limit of a wait for bytes again, because something was written: what the far end takes of it does so too. */
  extend(): void {
    if (!this.#arrival.isUnderWay) return
    this.#arrival.putOff()
    this.#isTaking = true
    this.#taken = this.taker?.bytesTaken?.() ?? this.#taken
  }

  /** Ends a wait for bytes. */
  interrupt(): void {
    this.#wake('interrupt')
  }

  /**
   * Writes text (latin1) or bytes.
   *
   * @returns false when the far end should be waited for by `room` before more is written
   */
  write(data: string | Buffer): boolean {
    if (this.closed) return false
    return typeof data === 'string' ? this.socket.write(this.#rest(data), 'latin1') : this.socket.write(data)
  }

  /**
   * Writes now what the next text begins with, whatever else it will say. A far end that has gone altogether answers with a
   * reset, one that has closed no more than its half does not.
   */
  writeAhead(beginning: string): void {
    if (this.closed || this.#ahead !== '') return
    this.socket.write(beginning, 'latin1')
    this.#ahead = beginning
  }

  #rest(text: string): string {
    if (this.#ahead === '') return text
    const { length } = this.#ahead
    this.#ahead = ''
    return text.slice(length)
  }

  /** Writes bytes that somebody else will use again. @returns whether the system has taken them, and all before them */
  hand(pieces: readonly Buffer[]): boolean {
    if (this.closed) return false
    const [only] = pieces
    if (pieces.length === 1 && only !== undefined) this.socket.write(only)
    else writeTogether(this.socket, '', pieces)
    return this.isTaken
  }

  /** Whether the system has taken all that was written, so that the bytes may be changed. */
  get isTaken(): boolean {
    return this.socket.writableLength === 0
  }

  /** Writes all of this in one go. */
  writeTogether(head: string, body: readonly Buffer[]): boolean {
    return !this.closed && writeTogether(this.socket, this.#rest(head), body)
  }

  /** Whether the far end should be waited for by `room` before more is written. */
  get isFull(): boolean {
    return this.socket.writableNeedDrain
  }

  /**
   * Waits until there is room to write. One caller at a time.
   *
   * @param limitMs how long without anything being taken; at most, where that cannot be told
   * @param pace of the far end: the wait ends when it is too slow
   */
  room(limitMs: number, pace?: Pace): Promise<Room> {
    if (this.closed) return Promise.resolve('end')
    if (!this.socket.writableNeedDrain) return Promise.resolve('room')
    return this.#room.begin(limitMs, limitMs, pace)
  }

  /**
   * Closes our half after all that was written, and waits until that has left.
   *
   * @param limitMs how long at most
   */
  finish(limitMs: number): Promise<Room> {
    if (this.closed) return Promise.resolve('end')
    const leaving = this.#room.begin(limitMs, 0)
    this.socket.end(() => this.#room.end('room'))
    return leaving
  }

  /** Closes at once. What was written may be lost. */
  destroy(): void {
    this.socket.destroy()
    this.#close()
  }

  /** Closes so that the far end sees an error, even where an orderly close would mean that all had come. */
  reset(): void {
    const { socket } = this
    if ('resetAndDestroy' in socket && typeof socket.resetAndDestroy === 'function') socket.resetAndDestroy()
    this.destroy()
  }

  sweep(now: number): void {
    if (this.#room.limitMs > 0 && now - this.#lookedAt >= LOOK_EVERY_MS) this.#look(now)
    if (now > this.#arrival.by && !this.#takesMore()) this.#wake('timeout')
    else if (this.#arrival.isTooSlow(now)) this.#wake('slow')
    if (now > this.#room.by) this.#room.end('timeout')
  }

  /** The system takes in much before `drain`: only it knows whether the far end takes anything. */
  #look(now: number): void {
    this.#lookedAt = now
    const taken = this.taker?.bytesTaken?.()
    if (taken === undefined) return
    const more = taken - (this.#taken ?? taken)
    this.#taken = taken
    if (more > 0) {
      this.#room.moved(more)
      this.movedAt = now
      this.#room.putOff()
      if (this.#isTaking) this.#arrival.putOff()
    }
    if (this.#room.isTooSlow(now)) this.#room.end('slow')
  }

  /** Megabytes may have left us that a slow far end is still taking: it cannot answer before it has them. */
  #takesMore(): boolean {
    if (!this.#isTaking) return false
    const before = this.#taken
    this.#taken = this.taker?.bytesTaken?.()
    if (before === undefined || this.#taken === undefined || this.#taken <= before) return false
    this.#arrival.putOff()
    return true
  }

  /** Called by the socket, or its intake, alone. */
  arrived(bytes: Buffer, areKept: boolean): void {
    this.movedAt = this.sweeper.now
    this.#arrival.moved(bytes.length)
    if (this.#take !== undefined) {
      this.#passOn(bytes, this.#take)
      return
    }
    this.parser.push(areKept ? bytes : Buffer.from(bytes))
    if (this.#arrival.isUnderWay) {
      this.#wake('bytes')
    } else if (this.parser.unread >= MAX_UNREAD_BYTES) {
      this.#pause()
    }
  }

  #passOn(bytes: Buffer, take: (bytes: Buffer) => Taking): void {
    const taking = take(bytes)
    if (taking === 'more') {
      this.#arrival.putOff()
      return
    }
    if (taking === 'full') {
      this.intake?.keep()
      this.#pause()
    }
    this.#wake('bytes')
  }

  #pause(): void {
    if (this.#paused) return
    this.#paused = true
    this.socket.pause()
  }

  #drained(): void {
    this.movedAt = this.sweeper.now
    this.#room.end('room')
  }

  #end(inOrder: boolean): void {
    if (this.ended) return
    this.ended = true
    this.parser.finish(inOrder)
    this.#wake('end')
    const { onEnd } = this
    this.onEnd = undefined
    onEnd?.()
  }

  #close(): void {
    this.closed = true
    this.sweeper.remove(this)
    this.#end(false)
    this.#room.end('end')
    const { onClose } = this
    this.onClose = undefined
    onClose?.()
  }

  #wake(arrival: Arrival): void {
    this.#take = undefined
    this.#arrival.end(arrival)
  }
}
