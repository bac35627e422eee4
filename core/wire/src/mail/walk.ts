/** Reads a mail by every set of rules by which some reader would, and gives each part once. */
import { Doubts, ruleKey } from './doubts.js'
import { decoderOf } from './encodings.js'
import type { Entity } from './entity.js'
import type { Form, Walk } from './form.js'
import type { MailReading } from './mail-reading.js'
import { isAmbiguous } from './part-kinds.js'
import { readForm, readMultipart } from './part-reading.js'
import { isFile } from './skeleton.js'
import { type Openable, sliceOf } from './source.js'
import { type Part, partsOf } from './structure.js'

/**
 * The parts of a mail, or of the body of a multipart.
 *
 * @param whole the multipart; undefined when the content begins with a header
 * @throws WireFault beyond the bounds; the signal's reason
 */
export async function* walk(
  content: Openable,
  whole: Entity | undefined,
  of: Walk,
  signal: AbortSignal,
): AsyncGenerator<MailReading> {
  const doubts = new Doubts()
  const read = new Set<string>()
  const given = new Set<string>()
  for (;;) {
    const rules = doubts.rules().find((each) => !read.has(ruleKey(each)))
    if (rules === undefined) return
    const isFirst = read.size === 0
    if (!isFirst) of.skeleton?.attachAll()
    read.add(ruleKey(rules))
    for await (const part of partsOf(content, whole, rules, doubts, signal)) {
      if (isFirst && part.opens !== undefined && part.opens !== whole) yield* readMultipart(part.opens, of)
      const isDecoded = isFirst && (yield* readForm(formOf(part, content, part.bytes()), of, signal))
      await part.finish()
      if (isDecoded && isFile(part.entity)) of.skeleton?.detach(part)
      const key = keyOf(part)
      if (!isFirst && !given.has(key)) {
        of.bounds.countReopened()
        if (part.opens !== undefined && part.opens !== whole) yield* readMultipart(part.opens, of)
        const bytes = sliceOf(content, part.start, part.end).open()
        yield* readForm(formOf(part, content, bytes), of, signal)
      }
      given.add(key)
    }
  }
}

/** Tells it from others: where it stands, and what its header says to those who read it so. */
function keyOf({ start, end, entity: { types, encodings, boundaries, names, contentTypes } }: Part): string {
  return JSON.stringify([start, end, types, encodings, boundaries, names, contentTypes])
}

/** The first form of a part: decoded where all readers decode it alike, otherwise as it stands. */
function formOf(part: Part, content: Openable, bytes: AsyncIterable<Buffer>): Form {
  const { entity, place, boundaries, start } = part
  const { encodings } = entity
  const isOpen = isAmbiguous(entity)
  return {
    entity,
    boundaries,
    isWhole: start === 0,
    isBetween: place === 'between',
    bytes,
    // Its end is known by then.
    again: { open: () => sliceOf(content, start, part.end).open() },
    decoder: isOpen ? undefined : decoderOf(encodings[0] ?? 'identity'),
    otherEncodings: isOpen ? encodings.filter((each) => each !== 'identity') : [],
  }
}
