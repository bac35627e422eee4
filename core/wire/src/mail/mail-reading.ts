/** What the walker gives: parts of mails, as a reader would show or save them. */
import type { Openable } from './source.js'

export interface MailFinding {
  readonly threat: string
  readonly category: 'policy'
}

/** Nobody can look into it. */
export interface MailUnscanned {
  readonly because: 'encrypted'
  readonly detail: string
}

/** A reading in the contract's sense (`Reading` of the plugin API). */
export interface MailReading {
  /** The likeliest of its names, decoded; `''` when none. */
  readonly name: string
  readonly otherNames: readonly string[]
  /** The first that is claimed, lower case; `''` when none. */
  readonly type: string
  /** As of a reading of the plugin API. */
  readonly isSkeleton?: true
  readonly body: AsyncIterable<Buffer>
  /** Known once the body has been read, as all below. */
  readonly codings: readonly string[]
  readonly findings: readonly MailFinding[]
  readonly unscanned: readonly MailUnscanned[]
  /** What is in it in its turn, when there may be something: asked of its bytes, and of what those decode to. */
  readonly readings: ((content: Openable, signal: AbortSignal) => AsyncIterable<MailReading>) | undefined
}

/** Settings of the administrator (guide 7.1.1.2). */
export interface MailReadingOptions {
  /** `virus_check_text`: false leaves out bodies that are shown as text, not what is encoded in them. */
  readonly text: boolean
  /** `virus_check_wholehtml`: false gives of bodies in HTML only what can run or load something. */
  readonly wholeHtml: boolean
}
