/** A message as it comes from the client, its dots and its end taken out (RFC 5321, 4.5.2). */

import { MailTop } from '@fsigk/mail'
import type { FsigkError } from '@fsigk/plugin-api'
import { type LowestRate, Pace } from '@fsigk/sockets'
import { DotUnstuffer, LineEnds } from '@fsigk/wire'
import { fail } from '../errors.js'
import { MAX_MESSAGE_BYTES } from '../largest-message.js'
import type { SmtpSettings } from '../settings.js'
import type { PeerChannel } from './transaction.js'

/**
 * Why a message is none: the client left, was silent, or slow; it is too long, has line ends that are refused, or nobody
 * wants it any more.
 */
export type MessageFault = 'cut' | 'stalled' | 'slow' | 'tooLong' | 'lineEnd' | 'unwanted'

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined }

export interface IncomingOptions {
  /** How long the client may be silent. */
  readonly idleMs: number
  readonly lowestRate: LowestRate | undefined
  readonly bareLineEnds: SmtpSettings['bare_line_ends']
  /** Called when the end has come. */
  readonly onEnd: () => void
}

export class IncomingMessage implements AsyncIterableIterator<Buffer> {
  readonly top = new MailTop()
  /** How much has come; of no message more than the longest is read, be it for its end alone. */
  bytes = 0
  fault: MessageFault | undefined
  #pieces: readonly Buffer[] = []
  #at = 0
  #pace: Pace | undefined
  /** Thrown at the reader once there is a fault. */
  #reason: Error | undefined
  readonly #lineEnds: LineEnds
  readonly #unstuffer: DotUnstuffer

  constructor(
    private readonly channel: PeerChannel,
    private readonly options: IncomingOptions,
  ) {
    this.#lineEnds = new LineEnds(options.bareLineEnds === 'normalise' ? 'normalised' : 'kept')
    this.#unstuffer = new DotUnstuffer(this.#lineEnds)
  }

  /** Whether the client has sent all of it: its next command can be read. */
  get isWhole(): boolean {
    return this.#unstuffer.ended
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** @throws FSIGK_SMTP_MESSAGE_… and FSIGK_SMTP_LINE_END, once all that can be read has been */
  next(): Promise<IteratorResult<Buffer, undefined>> {
    const here = this.#take()
    return here === undefined ? this.#wait() : Promise.resolve(here)
  }

  /** Reads on up to the end, and leaves it all out. Never rejects; `isWhole` tells whether the end has come. */
  async discard(): Promise<void> {
    while (!this.isWhole && !this.#isLost) {
      this.#pieces = []
      if (this.#read() || this.isWhole || this.#isLost) continue
      await this.#more()
    }
    this.#pieces = []
  }

  /** @throws why it is not whole, if it is known */
  throwFault(): void {
    if (this.#reason !== undefined) throw this.#reason
  }

  /** Gives nothing more on. What comes is read up to its end. @param reason thrown at the reader */
  abandon(reason: Error): void {
    if (this.isWhole || this.fault !== undefined) return
    this.fault = 'unwanted'
    this.#reason = reason
  }

  /** Nothing more can be read, or is worth it. */
  get #isLost(): boolean {
    return this.fault !== undefined && this.fault !== 'lineEnd' && this.fault !== 'unwanted'
  }

  #take(): IteratorResult<Buffer, undefined> | undefined {
    if (this.fault !== undefined) return undefined
    do {
      const value = this.#pieces[this.#at]
      if (value !== undefined) {
        this.#at += 1
        return { done: false, value }
      }
      if (this.isWhole) return DONE
    } while (this.#read() && this.fault === undefined)
    return undefined
  }

  async #wait(): Promise<IteratorResult<Buffer, undefined>> {
    for (;;) {
      if (this.fault !== undefined) {
        await this.discard()
        throw this.#reason
      }
      const here = this.#take()
      if (here !== undefined) return here
      if (this.fault === undefined) await this.#more()
    }
  }

  /** Takes in what has come. @returns whether anything has */
  #read(): boolean {
    const bytes = this.channel.parser.takeBytes()
    if (bytes === undefined) return false
    const unstuffer = this.#unstuffer
    this.#pieces = unstuffer.push(bytes)
    this.#at = 0
    for (const piece of this.#pieces) {
      this.bytes += piece.length
      this.top.push(piece)
    }
    if (this.#lineEnds.areStrange && this.options.bareLineEnds === 'refuse') this.#fail('lineEnd')
    if (this.bytes > MAX_MESSAGE_BYTES && !this.isWhole) this.#fail('tooLong')
    if (unstuffer.rest !== undefined) {
      this.channel.parser.putBack(unstuffer.rest)
      this.options.onEnd()
    }
    return true
  }

  /** Waits for more. What does not come is a fault. */
  async #more(): Promise<void> {
    const { lowestRate, idleMs } = this.options
    if (this.#pace === undefined && lowestRate !== undefined) this.#pace = new Pace(lowestRate)
    const arrival = await this.channel.more(idleMs, this.#pace)
    if (arrival === 'timeout') this.#fail('stalled')
    else if (arrival === 'slow') this.#fail('slow')
    else if (arrival === 'end' && this.channel.parser.unread === 0) this.#fail('cut')
  }

  #fail(fault: Exclude<MessageFault, 'unwanted'>): void {
    if (this.#isLost || this.fault === fault) return
    this.fault = fault
    this.#reason ??= this.#errorOf(fault)
  }

  #errorOf(fault: Exclude<MessageFault, 'unwanted'>): FsigkError {
    switch (fault) {
      case 'cut':
        return fail('FSIGK_SMTP_MESSAGE_CUT', [])
      case 'stalled':
        return fail('FSIGK_SMTP_MESSAGE_STALLED', [this.options.idleMs / 1000])
      case 'slow':
        return fail('FSIGK_SMTP_MESSAGE_SLOW', [])
      case 'tooLong':
        return fail('FSIGK_SMTP_MESSAGE_TOO_LONG', [MAX_MESSAGE_BYTES])
      case 'lineEnd':
        return fail('FSIGK_SMTP_LINE_END', [])
    }
  }
}
