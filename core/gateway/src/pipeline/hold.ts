/**
 * Takes a body into the spool as far as its release mode and the limits of the settings say. What was not taken in stays
 * in the source, to flow after the verdict or to be left where it is.
 */
import { type FsigkError, isFsigk } from '@fsigk/plugin-api'
import type { Spool } from '../spool.js'

/** Where a body comes from, step by step. */
export class Source {
  readonly #chunks: AsyncIterator<Buffer>
  #ended = false

  constructor(body: AsyncIterable<Buffer>) {
    this.#chunks = body[Symbol.asyncIterator]()
  }

  /** The next chunk; undefined at the end. Throws what the body throws. */
  async next(): Promise<Buffer | undefined> {
    const { done, value } = await this.#chunks.next()
    if (done !== true) return value
    this.#ended = true
    return undefined
  }

  /** Tells the body that nobody will read on, unless it has ended. Does not wait for it: it may be stuck. */
  leave(): void {
    if (this.#ended) return
    this.#ended = true
    this.#chunks.return?.().catch(ignored)
  }
}

/** A body as far as it was taken in, and why not further. */
export interface Held {
  readonly source: Source
  readonly spool: Spool
  /**
   * `whole`: it is all in the spool. `first-part`: as much as `beyond` holds is. `too-large`: it is longer than allowed.
   * `no-space`: the spool could not take it. `not-held`: it flows as it comes.
   */
  readonly end: 'whole' | 'first-part' | 'too-large' | 'no-space' | 'not-held'
  /** Read from the source already, and not in the spool. */
  readonly carried?: Buffer
  /** What the spool said when it could not take more. It has kept what it was given. */
  readonly fault?: FsigkError
}

export interface HoldLimits {
  /** How much is held before the rest flows. Infinity holds all, 0 nothing. */
  readonly holdBytes: number
  /** A longer body is refused without being read to its end. */
  readonly maxBytes: number
  /** The announced length, when there is one. */
  readonly announcedBytes: number | undefined
  /** What is small is put into a file too. */
  readonly inFile: boolean
}

/** @throws what the source throws: half a body is no body */
export function hold(source: Source, spool: Spool, limits: HoldLimits): Held | Promise<Held> {
  return limits.holdBytes === 0 ? { source, spool, end: 'not-held' } : takeIn(source, spool, limits)
}

async function takeIn(source: Source, spool: Spool, limits: HoldLimits): Promise<Held> {
  if ((limits.announcedBytes ?? 0) > limits.maxBytes) return { source, spool, end: 'too-large' }
  let carried: Buffer | undefined
  try {
    while (carried === undefined) {
      const chunk = await source.next()
      if (chunk === undefined) break
      const total = spool.bytes + chunk.length
      if (total > limits.maxBytes) return { source, spool, end: 'too-large' }
      const fits = total <= limits.holdBytes ? chunk : chunk.subarray(0, limits.holdBytes - spool.bytes)
      if (fits !== chunk) carried = chunk.subarray(fits.length)
      const storing = spool.write(fits)
      if (storing !== undefined) await storing
    }
    const storing = limits.inFile ? spool.store() : spool.finish()
    if (storing !== undefined) await storing
  } catch (error) {
    if (!isSpoolFault(error)) throw error
    return carried === undefined
      ? { source, spool, end: 'no-space', fault: error }
      : { source, spool, end: 'no-space', carried, fault: error }
  }
  return carried === undefined ? { source, spool, end: 'whole' } : { source, spool, end: 'first-part', carried }
}

/** Whether the spool could not take what it was given. */
export function isSpoolFault(error: unknown): error is FsigkError {
  return isFsigk(error, 'FSIGK_SPOOL_FAILED') || isFsigk(error, 'FSIGK_SPOOL_OPEN_FAILED')
}

function ignored(): void {}
