/**
 * A body that is given out a little at a time while it is still being received and scanned (release mode `trickle`), so
 * that its client does not give up. What came last is never given before the verdict, and neither is a body that is no
 * longer than what is kept back. After the verdict the rest follows, or the body breaks off.
 */
import type { Body, Outcome, OutgoingBody, Transfer, TrickleMode } from '@fsigk/plugin-api'
import { fail } from '../errors.js'
import type { Spool } from '../spool.js'

type Passing = Extract<Outcome, { readonly body: OutgoingBody }>

/** How it ends: with the rest of the body, or by this error. */
type End = { readonly rest: OutgoingBody } | { readonly error: unknown }

export class Trickle implements OutgoingBody {
  readonly memory = undefined
  readonly bytes: number | undefined
  #timer: NodeJS.Timeout | undefined
  #wake: (() => void) | undefined
  #sending: Promise<void> | undefined
  #failed = false
  #failure: unknown
  #end: End | undefined

  private constructor(
    private readonly mode: TrickleMode,
    private readonly spool: Spool,
    bytes: number | undefined,
  ) {
    this.bytes = bytes
    this.#timer = setTimeout(beginIfLong, mode.delayMs, this)
  }

  /** Undefined for a transfer that does not trickle, or is announced to be too short for it: then it costs nothing. */
  static of({ release, bytes }: Transfer, spool: Spool): Trickle | undefined {
    if (release.mode !== 'trickle') return undefined
    return bytes !== undefined && bytes <= release.keepBack ? undefined : new Trickle(release, spool, bytes)
  }

  /**
   * Says the outcome: by `answer`, or, where the body has begun to go out, by its rest.
   *
   * @throws FSIGK_BODY_WITHHELD where it had begun and must not be ended; what `answer` or the sending of it threw
   */
  async conclude(outcome: Outcome, answer: (outcome: Outcome) => Promise<void>): Promise<void> {
    if (this.#sending === undefined) {
      clearTimeout(this.#timer)
      return await answer(outcome)
    }
    this.#stop(passes(outcome) ? { rest: outcome.body } : { error: fail('FSIGK_BODY_WITHHELD', []) })
    await this.#sending
  }

  /**
   * The transfer has failed before its verdict: a body that has begun breaks off.
   *
   * @returns what the transfer failed by: the sending of the body, when that came first
   */
  async abandon(error: unknown): Promise<unknown> {
    clearTimeout(this.#timer)
    if (this.#failed) return this.#failure
    if (this.#sending === undefined || this.#end !== undefined) return error
    this.#stop({ error })
    await this.#sending.catch(ignored)
    return error
  }

  /** The time of waiting is over. */
  beginWhenDue(): void {
    if (this.#givable(0) > 0) {
      this.#sending = this.#send()
      this.#sending.catch((error: unknown) => this.#fail(error))
    } else this.#timer = setTimeout(beginIfLong, this.mode.intervalMs, this)
  }

  async *open(): Body {
    let given = 0
    while (this.#end === undefined) {
      const bytes = Math.min(this.#givable(given), this.mode.bytes)
      if (bytes > 0) {
        yield await this.spool.part(given, given + bytes)
        given += bytes
      }
      await this.#pause()
    }
    if ('error' in this.#end) throw this.#end.error
    yield* without(this.#end.rest.open(), given)
  }

  async #send(): Promise<void> {
    await this.mode.begin(this)
  }

  /** How many of the bytes after those may go out before the verdict. */
  #givable(given: number): number {
    return this.spool.bytes - this.mode.keepBack - given
  }

  #pause(): Promise<void> {
    if (this.#end !== undefined) return Promise.resolve()
    return new Promise((resolve) => {
      this.#wake = resolve
      this.#timer = setTimeout(resolve, this.mode.intervalMs)
    })
  }

  #stop(end: End): void {
    clearTimeout(this.#timer)
    this.#end = end
    this.#wake?.()
  }

  #fail(error: unknown): void {
    clearTimeout(this.#timer)
    this.#failed = true
    this.#failure = error
  }
}

function beginIfLong(trickle: Trickle): void {
  trickle.beginWhenDue()
}

function passes(outcome: Outcome): outcome is Passing {
  return outcome.disposition === 'pass' || outcome.disposition === 'tag'
}

/** A body without its first bytes. */
async function* without(body: Body, bytes: number): Body {
  let skip = bytes
  for await (const chunk of body) {
    const kept = chunk.subarray(Math.min(skip, chunk.length))
    skip -= chunk.length - kept.length
    if (kept.length > 0) yield kept
  }
}

function ignored(): void {}
