/** Files that stand in a part in an encoding of their own: in a text, in a calendar or a card, in links, in mails that are quoted, or in TNEF. */
import { CardFiles } from './codecs/card-files.js'
import { DataUris } from './codecs/data-uris.js'
import { EmbeddedFiles } from './codecs/embedded-files.js'
import type { EmbeddedEvent } from './codecs/embedded-reader.js'
import type { ValueFile } from './codecs/found-value.js'
import { joins, type PlacedPiece } from './codecs/joined-pieces.js'
import { QuotedMails } from './codecs/quoted-mails.js'
import { textLines, withoutZeros } from './codecs/text-lines.js'
import * as tnef from './codecs/tnef/tnef-files.js'
import { decoderOf, type MakeDecoder } from './encodings.js'
import { type Entity, fileEntity } from './entity.js'
import type { Openable } from './source.js'

export interface FileWithin {
  readonly entity: Entity
  /** Takes off what the body still has on. */
  readonly decoder: MakeDecoder
  /** It is decoded in one way: nobody opens it who could not decode it so. */
  readonly isOther?: true
  /** Once, and before the next file is asked for. */
  readonly body: AsyncIterable<Buffer>
}

type FileEvent = { readonly is: 'data'; readonly bytes: Buffer } | { readonly is: 'end' }

/**
 * Those of a text, in every way in which readers take them out: also what stands in several parts, put together.
 *
 * @param onPass told before each further pass over the text that parts take
 */
export async function* embeddedFiles(content: Openable, onPass: () => void): AsyncGenerator<FileWithin> {
  const first = new EmbeddedFiles()
  const pieces: PlacedPiece[] = []
  let index = 0
  yield* filesOf(embeddedEvents(content, first), (event) => {
    if (event.piece !== undefined) pieces.push({ ...event.piece, name: event.name, index })
    index++
    return embeddedFile(event)
  })
  for (const make of first.others()) yield* filesOf(embeddedEvents(content, make()), embeddedFile)
  const open = () => filesOf(embeddedEvents(content, new EmbeddedFiles()), embeddedFile)
  for (const { name, indexes } of joins(pieces))
    yield { ...embeddedFile({ name }), body: bodiesAt(open, indexes, onPass) }
}

/** @throws WireFault where it is malformed */
export async function* tnefFiles(content: Openable): AsyncGenerator<FileWithin> {
  for await (const { names, type, body } of tnef.tnefFiles(content))
    yield { entity: fileEntity(names, type), decoder: undefined, body }
}

/** Those in the properties of calendars and cards. @throws WireFault for a property that has no end */
export function cardFiles(content: Openable): AsyncGenerator<FileWithin> {
  return filesOf(textEvents(inAscii(content), new CardFiles(), true), ({ file }) => valueFile(file))
}

/** @param isCard in which URIs are broken where lines are folded */
export function dataUris(content: Openable, isCard: boolean): AsyncGenerator<FileWithin> {
  return filesOf(textEvents(inAscii(content), new DataUris(), isCard), ({ file }) => ({
    ...valueFile(file),
    isOther: true,
  }))
}

/** The encoded bodies of mails that stand in a text. @throws WireFault for a header that says more than can be meant */
export function quotedMails(content: Openable): AsyncGenerator<FileWithin> {
  return filesOf(textEvents(content, new QuotedMails(), false), ({ entity, encoding }) => ({
    entity,
    decoder: decoderOf(encoding),
    isOther: true,
  }))
}

function inAscii(content: Openable): Openable {
  return { open: () => withoutZeros(content.open()) }
}

function embeddedFile({ name }: { readonly name: string }): Omit<FileWithin, 'body'> {
  return { entity: fileEntity([name], ''), decoder: undefined }
}

function valueFile({ names, type, encoding }: ValueFile): Omit<FileWithin, 'body'> {
  return { entity: { ...fileEntity(names, type), isAttachment: true }, decoder: decoderOf(encoding) }
}

async function* filesOf<Event extends { readonly is: 'file' }>(
  events: AsyncGenerator<Event | FileEvent>,
  described: (event: Event) => Omit<FileWithin, 'body'>,
): AsyncGenerator<FileWithin> {
  for (let next = await events.next(); next.done !== true; next = await events.next()) {
    if (next.value.is !== 'file') continue
    const body = bodyOf(events)
    yield { ...described(next.value), body }
    for await (const _ of body);
  }
}

async function* embeddedEvents(content: Openable, finder: EmbeddedFiles): AsyncGenerator<EmbeddedEvent> {
  for await (const chunk of content.open()) yield* finder.push(chunk)
  yield* finder.end()
}

async function* textEvents<Event>(
  content: Openable,
  finder: { push(text: string): Iterable<Event>; end(): Iterable<Event> },
  isUnfolded: boolean,
): AsyncGenerator<Event> {
  for await (const text of textLines(content.open(), isUnfolded)) yield* finder.push(text)
  yield* finder.end()
}

async function* bodyOf(events: AsyncGenerator<{ readonly is: 'file' } | FileEvent>): AsyncGenerator<Buffer> {
  for (;;) {
    const { done, value } = await events.next()
    if (done === true || value.is !== 'data') return
    yield value.bytes
  }
}

/** The body of one of them, once more. */
export function nthBody(files: AsyncIterable<FileWithin>, index: number): AsyncGenerator<Buffer> {
  return bodiesOf(files, [index])
}

/** The bodies of several, one behind the other: in one pass as long as they stand so. */
async function* bodiesAt(
  open: () => AsyncIterable<FileWithin>,
  indexes: readonly number[],
  onPass: () => void,
): AsyncGenerator<Buffer> {
  for (let from = 0; from < indexes.length; ) {
    let to = from + 1
    while (to < indexes.length && (indexes[to] ?? 0) > (indexes[to - 1] ?? 0)) to++
    onPass()
    yield* bodiesOf(open(), indexes.slice(from, to))
    from = to
  }
}

/** @param indexes ascending */
async function* bodiesOf(files: AsyncIterable<FileWithin>, indexes: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0
  let next = 0
  for await (const { body } of files) {
    if (at++ === indexes[next]) {
      yield* body
      if (++next === indexes.length) return
    } else for await (const _ of body);
  }
}
