/** What is known of the far end of a socket, and what is made of what it sends. */

/** What makes something of the bytes that come. Pure: it is pushed what has come, and what it has is taken from it. */
export interface BytesReader {
  /** Gives it bytes, which it keeps and may change. */
  push(bytes: Buffer): void
  /** Bytes that have come and were not taken: reading stops while there are many. */
  readonly unread: number
  /** No more will come. @param inOrder whether the far end has closed its half properly */
  finish(inOrder: boolean): void
}

/** Why a wait is over: bytes came, the far end ended or failed, time is up, it is too slow, or `interrupt` was called. */
export type Arrival = 'bytes' | 'end' | 'timeout' | 'slow' | 'interrupt'

/** Why a wait for room is over. */
export type Room = 'room' | 'end' | 'timeout' | 'slow'

/** Who knows how much the far end has taken. */
export interface Taker {
  /** Bytes so far; undefined when that cannot be told. */
  bytesTaken?(): number | undefined
}

/**
 * What became of bytes that were handed on. `more`: the next may come. `full`: they were not all taken yet, so that whoever
 * takes them should be waited for. `over`: what follows is not his.
 */
export type Taking = 'more' | 'full' | 'over'
