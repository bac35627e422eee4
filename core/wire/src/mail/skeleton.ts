/**
 * A mail without the files that stand in it as base64 and that are readings of their own: its header, its structure and
 * its texts, as they came. Scanners that know mails by these need no second look at each file, in its coded form.
 */
import type { Entity } from './entity.js'
import type { MailReading } from './mail-reading.js'
import type { Openable } from './source.js'

/** Less is not worth it. */
const MIN_DETACHED_BYTES = 4096

/** Texts and mails are what scanners know a mail by. */
const file = /^(?!text\/|message\/|multipart\/)[^/]+\/[^/]/

interface Range {
  readonly start: number
  readonly end: number
}

export class Skeleton {
  readonly #detached: Range[] = []

  constructor(private readonly content: Openable) {}

  /** Leaves out what stands there; told in the order of the mail. */
  detach(range: Range): void {
    if (range.end - range.start >= MIN_DETACHED_BYTES) this.#detached.push({ start: range.start, end: range.end })
  }

  /** Readers do not agree about the mail: nothing is left out. */
  attachAll(): void {
    this.#detached.length = 0
  }

  reading(): MailReading {
    return {
      name: '',
      otherNames: [],
      type: 'message/rfc822',
      isSkeleton: true,
      body: without(this.content, this.#detached),
      codings: [],
      findings: [],
      unscanned: [],
      readings: undefined,
    }
  }
}

/** Every reader takes the body for a file in base64. */
export function isFile({ types, encodings, boundaries }: Entity): boolean {
  return (
    encodings.length === 1 &&
    encodings[0] === 'base64' &&
    boundaries.length === 0 &&
    types.length > 0 &&
    types.every((type) => file.test(type))
  )
}

async function* without(content: Openable, ranges: readonly Range[]): AsyncGenerator<Buffer> {
  let offset = 0
  let next = 0
  for await (const chunk of content.open()) {
    const end = offset + chunk.length
    let from = offset
    for (let range = ranges[next]; range !== undefined && range.start < end; range = ranges[next]) {
      if (range.start > from) yield chunk.subarray(from - offset, range.start - offset)
      from = Math.min(range.end, end)
      if (range.end > end) break
      next += 1
    }
    if (from < end) yield chunk.subarray(from - offset)
    offset = end
  }
}
