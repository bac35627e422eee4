/** What is in a part in its turn, once its encoding is off. */
import { decoded } from './encodings.js'
import { plainText } from './entity.js'
import type { Form, Walk } from './form.js'
import { looksLikeHeader } from './header.js'
import type { MailReading } from './mail-reading.js'
import { isMessage } from './part-kinds.js'
import { readForm } from './part-reading.js'
import { isGzip, type PartScreen, startOf, undeclaredBoundaries } from './part-screen.js'
import { type Openable, sliceOf } from './source.js'
import { walk } from './walk.js'

/** @param content the bytes of the form, or what its coding decodes to */
export async function* within(
  form: Form,
  content: Openable,
  screen: PartScreen,
  of: Walk,
  signal: AbortSignal,
): AsyncGenerator<MailReading> {
  const { entity, otherEncodings } = form
  const known = [...of.boundaries, ...form.boundaries, ...entity.boundaries]
  const deeper: Walk = { ...of, depth: of.depth + 1, boundaries: known }
  of.bounds.checkDepth(deeper.depth)
  if (screen.isGzip) {
    const start = await startOf(content.open())
    if (!isGzip(start) && (isMessage(entity) || looksLikeHeader(start))) yield* walk(content, undefined, deeper, signal)
    return
  }
  for (const encoding of otherEncodings) {
    const again = { open: () => decoded(content.open(), encoding) }
    yield* readForm({ ...form, otherEncodings: [], bytes: again.open(), again }, deeper, signal)
  }
  if (entity.boundaries.length > 0) yield* walk(content, entity, deeper, signal)
  if (screen.hasParts) {
    const boundaries = await undeclaredBoundaries(content.open())
    const unsaid = boundaries.filter((boundary) => !known.includes(boundary))
    if (unsaid.length > 0)
      yield* walk(content, { ...plainText, types: ['multipart/mixed'], boundaries: unsaid }, deeper, signal)
  }
  if (isMessage(entity)) yield* walk(content, undefined, deeper, signal)
  if (screen.looksLikeMail && (!isMessage(entity) || screen.leading > 0))
    yield* walk(sliceOf(content, screen.leading, Number.POSITIVE_INFINITY), undefined, deeper, signal)
}
