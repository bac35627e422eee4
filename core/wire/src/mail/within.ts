/** What is in a part in its turn, once its encoding is off. */

import { encapsulatedContent } from './encapsulated.js'
import { decoderOf } from './encodings.js'
import { type Entity, plainText } from './entity.js'
import { cardFiles, dataUris, embeddedFiles, type FileWithin, nthBody, quotedMails, tnefFiles } from './files-within.js'
import type { Form, Seen, Walk } from './form.js'
import { looksLikeHeader } from './header.js'
import type { MailReading } from './mail-reading.js'
import { isMessage } from './part-kinds.js'
import { readForm } from './part-reading.js'
import { isGzip, isZlib, startOf } from './part-screen.js'
import { type Openable, sliceOf } from './source.js'
import { undeclaredBoundaries } from './text-screen.js'
import { walk } from './walk.js'

/**
 * @param content the bytes of the form, decoded, or what its coding decodes to
 * @throws WireFault beyond the bounds
 */
export async function* within(
  form: Form,
  content: Openable,
  { screen, otherDecoders }: Seen,
  of: Walk,
  signal: AbortSignal,
): AsyncGenerator<MailReading> {
  const { entity } = form
  const boundaries = [...of.boundaries, ...form.boundaries, ...entity.boundaries]
  const deeper: Walk = { ...of, depth: of.depth + 1, boundaries, skeleton: undefined }
  of.bounds.checkDepth(deeper.depth)
  if (form.coding !== undefined) {
    const start = await startOf(content.open())
    if (!isZlib(start) || looksLikeHeader(start)) yield* walk(content, undefined, deeper, signal)
    return
  }
  if (screen.isGzip) {
    const start = await startOf(content.open())
    if (!isGzip(start)) {
      if (isMessage(entity) || looksLikeHeader(start)) yield* walk(content, undefined, deeper, signal)
      return
    }
  } else yield* plainWithin(form, content, screen, deeper, signal)
  // Where they doubt the encoding, some readers take none off.
  const decoders = otherDecoders.length === 0 ? otherDecoders : [...otherDecoders, undefined]
  for (const decoder of decoders) {
    of.bounds.countReopened()
    yield* readForm({ ...form, bytes: form.again.open(), decoder, isOther: true }, deeper, signal)
  }
}

async function* plainWithin(
  form: Form,
  content: Openable,
  screen: Seen['screen'],
  of: Walk,
  signal: AbortSignal,
): AsyncGenerator<MailReading> {
  const { entity, otherEncodings } = form
  for (const encoding of otherEncodings) {
    const decoder = decoderOf(encoding)
    yield* readForm({ ...form, otherEncodings: [], bytes: content.open(), again: content, decoder }, of, signal)
  }
  // What is walked whole has its texts looked at in their turn.
  let isWalked = entity.boundaries.length > 0
  if (isWalked) yield* walk(content, entity, of, signal)
  if (screen.text.hasParts) {
    const found = await undeclaredBoundaries(content.open())
    const boundaries = found.filter((boundary) => !of.boundaries.includes(boundary))
    if (boundaries.length > 0) {
      isWalked = true
      const whole = { ...plainText, types: ['multipart/mixed'], boundaries }
      yield* walk(content, whole, { ...of, boundaries: [...of.boundaries, ...boundaries] }, signal)
    }
  }
  if (isMessage(entity)) yield* walk(content, undefined, of, signal)
  const isMail = screen.looksLikeMail && !form.isWhole
  if (isMail && (!isMessage(entity) || screen.leading > 0))
    yield* walk(sliceOf(content, screen.leading, Number.POSITIVE_INFINITY), undefined, of, signal)
  const inside: Openable = { open: () => encapsulatedContent(content.open()) }
  if (screen.isSigned) yield* walk(inside, undefined, of, signal)
  if (screen.isCompressed) {
    const bytes = inside.open()
    yield* readForm({ ...wholeForm, entity: zlib, coding: 'deflate', bytes, again: inside }, of, signal)
  }
  if (screen.isTnef) yield* filesIn(() => tnefFiles(content), of, signal)
  const countPass = () => of.bounds.countReopened()
  if (screen.hasFiles) yield* filesIn(() => embeddedFiles(content, countPass), of, signal)
  const { hasCards, hasDataUris, hasQuotedMails } = screen.text
  if (hasCards) yield* filesIn(() => cardFiles(content), of, signal)
  if (hasCards || hasDataUris) yield* filesIn(() => dataUris(content, hasCards), of, signal)
  if (hasQuotedMails && !isWalked && !isMail && !isMessage(entity))
    yield* filesIn(() => quotedMails(content), of, signal)
}

/** Of what stands by itself in something else. */
const wholeForm = { isBetween: false, isWhole: false, boundaries: [], decoder: undefined, otherEncodings: [] } as const

const zlib: Entity = { ...plainText, types: ['application/zlib'] }

async function* filesIn(
  open: () => AsyncIterable<FileWithin>,
  of: Walk,
  signal: AbortSignal,
): AsyncGenerator<MailReading> {
  let index = 0
  for await (const { entity, decoder, isOther, body } of open()) {
    const at = index++
    const again = { open: () => nthBody(open(), at) }
    const form: Form = { ...wholeForm, entity, bytes: body, again, decoder, ...(isOther && { isOther }) }
    yield* readForm(form, of, signal)
  }
}
