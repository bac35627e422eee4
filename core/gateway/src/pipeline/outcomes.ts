import type { Body, Disposition, NoticeMail, OutgoingBody, Verdict } from '@fsigk/plugin-api'
import { fail } from '../errors.js'
import { bytesPassed } from '../passing-bytes.js'
import type { Held } from './hold.js'

/** What was held, then the rest of the source as it comes. Streams once. */
export class FlowingBody implements OutgoingBody {
  readonly memory = undefined
  readonly passing: ((bytes: number) => void) | undefined
  #opened = false

  /**
   * @param bytes the announced length of the whole
   * @param maxBytes the largest body that is allowed; one that turns out longer is broken off, visibly
   */
  constructor(
    readonly bytes: number | undefined,
    private readonly held: Held,
    private readonly maxBytes: number,
  ) {
    if (held.end === 'not-held') this.passing = (passed) => this.#check(passed)
  }

  /** @throws FSIGK_BODY_REOPENED, FSIGK_BODY_TOO_LARGE, and what the source throws */
  async *open(): Body {
    if (this.#opened) throw fail('FSIGK_BODY_REOPENED', [])
    this.#opened = true
    const { source, spool, carried } = this.held
    if (spool.bytes > 0) yield* spool.open()
    let bytes = spool.bytes
    for (let chunk = carried ?? (await source.next()); chunk !== undefined; chunk = await source.next()) {
      bytes += chunk.length
      bytesPassed(chunk.length)
      this.#check(bytes)
      yield chunk
    }
  }

  #check(bytes: number): void {
    if (bytes > this.maxBytes) throw fail('FSIGK_BODY_TOO_LARGE', [this.maxBytes])
  }
}

/** Fills in the template of a refusal, as text or as a mail. */
export interface NoticeWriter {
  notice(): string
  mail(): NoticeMail
}

/** A refusal. Its notice is filled in when it is first read, so that it tells the status that the protocol has decided on. */
export class Refusal {
  #notice: string | undefined
  #mail: NoticeMail | undefined

  constructor(
    readonly disposition: Exclude<Disposition, 'pass' | 'tag'>,
    readonly verdict: Verdict,
    private readonly writer: NoticeWriter,
  ) {}

  get notice(): string {
    this.#notice ??= this.writer.notice()
    return this.#notice
  }

  get mail(): NoticeMail {
    this.#mail ??= this.writer.mail()
    return this.#mail
  }
}
