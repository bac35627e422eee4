/** What a message says to who reads it, for notices. Scanners go by all that readers make of it (`mailReadings`), not by this. */
import { MultipartReader, type PartHeader, parseParameterised, readPartHeader, transferDecoder } from '@fsigk/wire'
import { textOf } from './text-of.js'

/** Parts within parts, beyond what anyone sends in earnest. */
const MAX_DEPTH = 8

interface ReadableText {
  readonly isPlain: boolean
  readonly text: string
}

/**
 * The first part that is plain text, else the first that is text at all, its encoding and charset undone; what cannot be
 * taken apart as it stands.
 *
 * @param header latin1
 * @param body as far as it is known
 * @param isCut more of the body follows
 */
export function readableText(header: string, body: Buffer, isCut: boolean): string {
  let first: string | undefined
  try {
    for (const { isPlain, text } of textsOf(readPartHeader(header), body, isCut, 0)) {
      if (isPlain) return text
      first ??= text
    }
  } catch {
    // Readers differ in what they make of it.
  }
  return first ?? textOf(body, isCut)
}

/** @throws WireFault where readers would differ */
function* textsOf(header: PartHeader, body: Buffer, isCut: boolean, depth: number): Generator<ReadableText> {
  const { value: type, parameters } = parseParameterised(firstOf(header, 'content-type'))
  if (type.startsWith('multipart/')) {
    if (depth === MAX_DEPTH) return
    for (const part of partsOf(body, parameters.get('boundary') ?? ''))
      yield* textsOf(part.header, part.body, isCut, depth + 1)
    return
  }
  if (parseParameterised(firstOf(header, 'content-disposition')).value === 'attachment') return
  if (type !== '' && !type.startsWith('text/')) return
  const bytes = decoded(body, firstOf(header, 'content-transfer-encoding'))
  yield { isPlain: type === '' || type === 'text/plain', text: charactersOf(bytes, parameters.get('charset'), isCut) }
}

function* partsOf(body: Buffer, boundary: string): Generator<{ readonly header: PartHeader; readonly body: Buffer }> {
  let header: PartHeader = new Map()
  let pieces: Buffer[] = []
  const reader = new MultipartReader(boundary)
  for (const events of [reader.push(body), reader.end()])
    for (const event of events) {
      if (event.is === 'data') pieces.push(event.bytes)
      else if (event.is === 'end') yield { header, body: Buffer.concat(pieces) }
      else {
        header = readPartHeader(event.header)
        pieces = []
      }
    }
}

function decoded(bytes: Buffer, encoding: string): Buffer {
  const decoder = transferDecoder(encoding)
  return decoder === undefined ? bytes : Buffer.concat([decoder.push(bytes), decoder.end()])
}

/** UTF-8 is what it is too where ASCII is told, or nothing. */
function charactersOf(bytes: Buffer, charset = 'us-ascii', isCut: boolean): string {
  if (/^(?:us-ascii|utf-?8)$/i.test(charset)) return textOf(bytes, isCut)
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return textOf(bytes, isCut)
  }
}

function firstOf(header: PartHeader, name: string): string {
  return header.get(name)?.[0] ?? ''
}
