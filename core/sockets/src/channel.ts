/**
 * One socket: bytes in, through a reader, and bytes out, both with backpressure and a deadline. Its listeners are attached
 * once for the life of the socket, so that a request costs none.
 */
import type { Duplex } from 'node:stream'
import type { Pace } from './pace.js'
import type { Sweeper, Swept } from './sweeper.js'

/** What makes something of the bytes that come. Pure: it is pushed what has come, and what it has is taken from it. */
export interface BytesReader {
  /** Gives it bytes, which it keeps and may change. */
  push(bytes: Buffer): void
  /** Bytes that have come and were not taken: reading stops while there are many. */
  readonly unread: number
  /** No more will come. @param inOrder whether the far end has closed its half properly */
  finish(inOrder: boolean): void
}

/** So much is read ahead of whoever takes it. */
const MAX_UNREAD_BYTES = 64 * 1024

const NEVER = Number.POSITIVE_INFINITY

/** How often it is asked what a far end has taken that is waited for. */
const LOOK_EVERY_MS = 1000

/** Why a wait is over: bytes came, the far end ended or failed, time is up, it is too slow, or `interrupt` was called. */
export type Arrival = 'bytes' | 'end' | 'timeout' | 'slow' | 'interrupt'

/** Why a wait for room is over. */
export type Room = 'room' | 'end' | 'timeout' | 'slow'

/** Who knows how much the far end has taken. */
export interface Taker {
  /** Bytes so far; undefined when that cannot be told. */
  bytesTaken?(): number | undefined
}

export class Channel<P extends BytesReader = BytesReader> implements Swept {
  /** Nothing more will be read: the far end has closed its half, or all. */
  ended = false
  /** Nothing can be written any more. */
  closed = false
  /** When bytes last came or left, on the sweeper's clock. */
  movedAt: number
  /** Called once when `ended` becomes true; what it does must not throw. */
  onEnd: (() => void) | undefined

  #wakeReader: ((arrival: Arrival) => void) | undefined
  #wakeWriter: ((room: Room) => void) | undefined
  #readBy = NEVER
  #readLimitMs = 0
  #writeBy = NEVER
  #writeLimitMs = 0
  #readPace: Pace | undefined
  #writePace: Pace | undefined
  /** When the waits under way began. */
  #readFrom = 0
  #writeFrom = 0
  #lookedAt = 0
  #taken: number | undefined
  /** What the far end has yet to take puts the limit of a wait for bytes off. */
  #isTaking = false
  #paused = false

  constructor(
    readonly socket: Duplex,
    readonly parser: P,
    private readonly sweeper: Sweeper,
    private readonly taker?: Taker,
  ) {
    this.movedAt = sweeper.now
    socket.on('data', (chunk: Buffer) => this.#arrived(chunk))
    socket.on('end', () => this.#end(true))
    socket.on('close', () => this.#close())
    // The reason tells nobody anything that the close does not.
    socket.on('error', () => this.#close())
    socket.on('drain', () => this.#drained())
    sweeper.add(this)
    // A far end that says nothing may have closed its half before anybody listened: that event is over.
    if (socket.readableEnded) this.#end(true)
    if (socket.destroyed) this.#close()
  }

  /**
   * Waits for what comes next. One caller at a time.
   *
   * @param limitMs how long at most
   * @param pace of the far end: the wait ends when it is too slow
   */
  more(limitMs: number, pace?: Pace): Promise<Arrival> {
    if (this.ended) return Promise.resolve('end')
    this.#resume()
    this.#readPace = pace
    this.#readFrom = this.sweeper.now
    this.#readLimitMs = limitMs
    this.#isTaking = false
    this.#readBy = this.sweeper.now + limitMs
    return new Promise((resolve) => {
      this.#wakeReader = resolve
    })
  }

  /** Starts the limit of a wait for bytes again, because something was written: what the far end takes of it does so too. */
  extend(): void {
    if (this.#wakeReader === undefined) return
    this.#readBy = this.sweeper.now + this.#readLimitMs
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
    return typeof data === 'string' ? this.socket.write(data, 'latin1') : this.socket.write(data)
  }

  /** Writes all of this in one go. */
  writeTogether(head: string, body: readonly Buffer[]): boolean {
    if (this.closed) return false
    this.socket.cork()
    let room = this.socket.write(head, 'latin1')
    for (const part of body) room = this.socket.write(part)
    this.socket.uncork()
    return room
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
    this.#writePace = pace
    this.#writeLimitMs = limitMs
    this.#writeFrom = this.sweeper.now
    this.#writeBy = this.sweeper.now + limitMs
    return new Promise((resolve) => {
      this.#wakeWriter = resolve
    })
  }

  /**
   * Closes our half after all that was written, and waits until that has left.
   *
   * @param limitMs how long at most
   */
  finish(limitMs: number): Promise<Room> {
    if (this.closed) return Promise.resolve('end')
    this.#writeBy = this.sweeper.now + limitMs
    return new Promise((resolve) => {
      this.#wakeWriter = resolve
      this.socket.end(() => this.#wakeForRoom('room'))
    })
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
    if (this.#writeLimitMs > 0 && now - this.#lookedAt >= LOOK_EVERY_MS) this.#look(now)
    if (now > this.#readBy && !this.#takesMore()) this.#wake('timeout')
    else if (this.#readPace?.isTooSlow(now - this.#readFrom)) this.#wake('slow')
    if (now > this.#writeBy) this.#wakeForRoom('timeout')
  }

  /** The system takes in much before `drain`: only it knows whether the far end takes anything. */
  #look(now: number): void {
    this.#lookedAt = now
    const taken = this.taker?.bytesTaken?.()
    if (taken === undefined) return
    const more = taken - (this.#taken ?? taken)
    this.#taken = taken
    const pace = this.#writePace
    if (more > 0) {
      pace?.moved(more)
      this.movedAt = now
      this.#writeBy = now + this.#writeLimitMs
      if (this.#isTaking) this.#readBy = now + this.#readLimitMs
    }
    if (pace?.isTooSlow(now - this.#writeFrom)) this.#wakeForRoom('slow')
  }

  /** Megabytes may have left us that a slow far end is still taking: it cannot answer before it has them. */
  #takesMore(): boolean {
    if (!this.#isTaking) return false
    const before = this.#taken
    this.#taken = this.taker?.bytesTaken?.()
    if (before === undefined || this.#taken === undefined || this.#taken <= before) return false
    this.#readBy = this.sweeper.now + this.#readLimitMs
    return true
  }

  #arrived(chunk: Buffer): void {
    this.movedAt = this.sweeper.now
    this.#readPace?.moved(chunk.length)
    this.parser.push(chunk)
    if (this.#wakeReader !== undefined) {
      this.#wake('bytes')
    } else if (this.parser.unread >= MAX_UNREAD_BYTES && !this.#paused) {
      this.#paused = true
      this.socket.pause()
    }
  }

  #resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.socket.resume()
  }

  #drained(): void {
    this.movedAt = this.sweeper.now
    this.#wakeForRoom('room')
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
    this.#wakeForRoom('end')
  }

  #wake(arrival: Arrival): void {
    const wake = this.#wakeReader
    this.#wakeReader = undefined
    this.#readBy = NEVER
    if (this.#readPace !== undefined) this.#readPace.waited(this.sweeper.now - this.#readFrom)
    this.#readPace = undefined
    wake?.(arrival)
  }

  #wakeForRoom(room: Room): void {
    const wake = this.#wakeWriter
    this.#wakeWriter = undefined
    this.#writeBy = NEVER
    this.#writeLimitMs = 0
    if (this.#writePace !== undefined) this.#writePace.waited(this.sweeper.now - this.#writeFrom)
    this.#writePace = undefined
    wake?.(room)
  }
}
