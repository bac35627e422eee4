/** What readers make of a form (multipart/form-data, RFC 7578): its fields and files, each with the name that it is sent with. */
import type { Body, Content, Reading, Transfer } from '@fsigk/plugin-api'
import {
  boundariesOf,
  dispositionFileName,
  fileNamesOf,
  type MultipartEvent,
  MultipartReader,
  type PartHeader,
  readPartHeader,
  transferDecoder,
  WireFault,
} from '@fsigk/wire'

/** How deep forms are looked into: the files of one field may stand in a multipart of their own (RFC 7578, 4.3). */
const MAX_DEPTH = 4

/** So many parts of one form may have to be read a second time. Browsers send none. */
const MAX_READ_AGAIN = 32

type Open = () => Body

interface Part {
  readonly header: PartHeader
  readonly body: Body
}

/** Whether any reader may take a body of this type for a form: many look no further than `multipart/`. */
export function isForm(type: string): boolean {
  return /multipart\//i.test(type)
}

/** @param type the Content-Type, or several joined by commas */
export function formReadings(type: string): NonNullable<Transfer['readings']> {
  return (content: Content) => readingsOf(() => content.open(), type, 1)
}

/** @throws WireFault where it is no form, or different ones to different readers */
async function* readingsOf(open: Open, type: string, depth: number): AsyncGenerator<Reading> {
  if (depth > MAX_DEPTH) throw new WireFault(`a form nested deeper than ${MAX_DEPTH}`)
  for (const boundary of boundariesOf(type)) {
    const again: number[] = []
    let count = 0
    for await (const { header, body } of partsOf(open(), boundary)) {
      yield { ...namesOf(header), type: typeOf(header), codings: [], body }
      if (isReadAgain(header)) again.push(count)
      count++
    }
    if (again.length > MAX_READ_AGAIN) throw new WireFault(`a form with ${again.length} encoded parts`)
    for (const wanted of again) yield* otherReadings(open, boundary, wanted, depth)
  }
}

function isReadAgain(header: PartHeader): boolean {
  return isForm(typeOf(header)) || encodingsOf(header).length > 0
}

/** What else a part may be: decoded, since some readers decode and others do not, and a form of its own. */
async function* otherReadings(open: Open, boundary: string, wanted: number, depth: number): AsyncGenerator<Reading> {
  const { header } = await partAt(open, boundary, wanted)
  const type = typeOf(header)
  const openPart = () => bodyAt(open, boundary, wanted)
  const forms: Open[] = [openPart]
  for (const encoding of encodingsOf(header)) {
    const openDecoded = () => decoded(openPart(), encoding)
    yield { ...namesOf(header), type, codings: [], body: openDecoded() }
    forms.push(openDecoded)
  }
  if (isForm(type)) for (const form of forms) yield* readingsOf(form, type, depth + 1)
}

async function partAt(open: Open, boundary: string, wanted: number): Promise<Part> {
  let count = 0
  for await (const part of partsOf(open(), boundary)) if (count++ === wanted) return part
  throw new WireFault('a form that has changed while it was read')
}

async function* bodyAt(open: Open, boundary: string, wanted: number): Body {
  let count = 0
  for await (const part of partsOf(open(), boundary)) {
    if (count++ < wanted) continue
    yield* part.body
    return
  }
}

async function* decoded(body: Body, encoding: string): Body {
  const decoder = transferDecoder(encoding)
  for await (const chunk of body) yield decoder?.push(chunk) ?? chunk
  if (decoder !== undefined) yield decoder.end()
}

/** The parts in order. The body of one is read before the next is asked for, or is lost. */
async function* partsOf(body: Body, boundary: string): AsyncGenerator<Part> {
  const events = eventsOf(body, boundary)
  try {
    for (let next = await events.next(); next.done !== true; next = await events.next()) {
      if (next.value.is === 'part') yield { header: readPartHeader(next.value.header), body: dataOf(events) }
    }
  } finally {
    await events.return(undefined)
  }
}

async function* eventsOf(body: Body, boundary: string): AsyncGenerator<MultipartEvent> {
  const reader = new MultipartReader(boundary)
  for await (const chunk of body) yield* reader.push(chunk)
  yield* reader.end()
}

async function* dataOf(events: AsyncGenerator<MultipartEvent>): Body {
  for (let next = await events.next(); next.done !== true && next.value.is === 'data'; next = await events.next())
    yield next.value.bytes
}

function namesOf(header: PartHeader): Pick<Reading, 'name' | 'otherNames'> {
  const dispositions = header.get('content-disposition') ?? []
  return {
    name: dispositionFileName(dispositions[0] ?? ''),
    otherNames: [
      ...dispositions.flatMap((value) => fileNamesOf(value, 'filename')),
      ...(header.get('content-type') ?? []).flatMap((value) => fileNamesOf(value, 'name')),
    ],
  }
}

function typeOf(header: PartHeader): string {
  return header.get('content-type')?.join(', ') ?? ''
}

/** Those that change something, each once. */
function encodingsOf(header: PartHeader): readonly string[] {
  const encodings = new Set((header.get('content-transfer-encoding') ?? []).map((value) => value.toLowerCase()))
  return [...encodings].filter((encoding) => transferDecoder(encoding) !== undefined)
}
