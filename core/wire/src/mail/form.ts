/** One form of one part, and what is needed to read it. */
import type { Bounds } from './bounds.js'
import type { Encoding, MakeDecoder } from './encodings.js'
import type { Entity } from './entity.js'
import type { MailReading, MailReadingOptions } from './mail-reading.js'
import type { PartScreen } from './part-screen.js'
import type { Skeleton } from './skeleton.js'
import type { Openable } from './source.js'

export interface Form {
  readonly entity: Entity
  /** Text before, between or behind parts. */
  readonly isBetween: boolean
  /** It is all of what is around it, without a header: looked at as a mail once, not again. */
  readonly isWhole: boolean
  /** The boundaries of the multiparts around it: who finds them in it once more looks no further. */
  readonly boundaries: readonly string[]
  /** The bytes as they stand in what is around it, once. */
  readonly bytes: AsyncIterable<Buffer>
  /** The same, as often as needed. */
  readonly again: Openable
  readonly decoder: MakeDecoder
  /** Which some readers take off what comes here as it stands. */
  readonly otherEncodings: readonly Encoding[]
  /** What it is coded in, for whoever takes the reading to take off; a mail or a part of one is inside. */
  readonly coding?: 'deflate'
  /** It is one of the ways in which readers decode the same: the others are not asked for again. */
  readonly isOther?: true
}

/** What all readings of one mail share, and how deep they are. */
export interface Walk {
  readonly options: MailReadingOptions
  readonly bounds: Bounds
  readonly depth: number
  /** The boundaries by which what is read now has been taken apart. */
  readonly boundaries: readonly string[]
  /** Of the mail that is walked, not of what is in its parts. */
  readonly skeleton?: Skeleton | undefined
  /** What is in a form in its turn. */
  readonly within: Within
}

/** What the bytes of a form said of it while they passed. */
export interface Seen {
  readonly screen: PartScreen
  /** The decoders of readers that decode it otherwise. */
  readonly otherDecoders: readonly MakeDecoder[]
}

/** @param content the bytes of the form, decoded, or what its coding decodes to */
export type Within = (
  form: Form,
  content: Openable,
  seen: Seen,
  walk: Walk,
  signal: AbortSignal,
) => AsyncIterable<MailReading>
