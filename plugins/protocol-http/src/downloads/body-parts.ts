/**
 * The parts of a multipart response, each of which some readers show or store by itself: browsers those of
 * `multipart/x-mixed-replace`, download managers those of `multipart/byteranges`. Read as the laxest of them does:
 * a boundary anywhere in a line, any line end, each of several boundaries, or the first line where none is named.
 */
import type { Body, Content, Reading } from '@fsigk/plugin-api'
import { dispositionFileName, WireFault } from '@fsigk/wire'
import { contentCodings } from '../message/content-codings.js'

/** More boundaries than this nobody names, and no longer ones (RFC 2046, 5.1.1 has 70 bytes). */
const MAX_BOUNDARIES = 4
const MAX_BOUNDARY_BYTES = 256

/** The fields of a part. What is longer is taken for its body, and told as a fault when all parts have been given. */
const MAX_FIELDS_BYTES = 16_384

export function isMultipart(type: string): boolean {
  return /^\s*multipart\//i.test(type)
}

/**
 * For `Transfer.readings`, which throw a WireFault for what is beyond these limits: readers may find parts there.
 *
 * @param type the Content-Type of the response
 */
export function partsOf(type: string): (content: Content, signal: AbortSignal) => AsyncIterable<Reading> {
  return async function* read(content) {
    const named = namedBoundaries(type)
    const delimiters = named.length === 0 ? await firstLine(content) : named
    for (const delimiter of delimiters) yield* new Parts(content, Buffer.from(delimiter, 'latin1')).read()
  }
}

/** Some servers write the two hyphens into the parameter already, and some readers then add none. */
function namedBoundaries(type: string): readonly string[] {
  const found = new Set<string>()
  for (const [, quoted, plain] of type.matchAll(/boundary\s*=\s*(?:"([^"]*)"|([^\s;,"]*))/gi)) {
    const boundary = (quoted ?? plain ?? '').trim()
    if (boundary === '') continue
    if (boundary.length > MAX_BOUNDARY_BYTES) throw new WireFault(`a boundary of ${boundary.length} bytes`)
    found.add(`--${boundary}`)
    if (boundary.startsWith('--')) found.add(boundary)
    if (found.size > MAX_BOUNDARIES) throw new WireFault('more boundaries than can be meant')
  }
  return [...found]
}

async function firstLine(content: Content): Promise<readonly string[]> {
  let text = ''
  for await (const chunk of content.open()) {
    text += chunk.toString('latin1', 0, MAX_BOUNDARY_BYTES)
    if (text.length >= MAX_BOUNDARY_BYTES) break
  }
  const line = /^\s*(--[^\r\n]+?)\s*[\r\n]/.exec(text)
  return line?.[1] === undefined ? [] : [line[1]]
}

const NOTHING = Buffer.alloc(0)

class Parts {
  readonly #chunks: AsyncIterator<Buffer>
  /** What has come and was not given out yet. */
  #bytes: Buffer = NOTHING
  #ended = false
  #hasLongFields = false

  constructor(
    content: Content,
    private readonly delimiter: Buffer,
  ) {
    this.#chunks = content.open()[Symbol.asyncIterator]()
  }

  async *read(): AsyncGenerator<Reading> {
    try {
      for await (const _ of this.#upToDelimiter());
      while (!this.#atEnd) {
        const fields = await this.#fields()
        const disposition = field(fields, 'content-disposition')
        yield {
          name: disposition === undefined ? '' : dispositionFileName(disposition),
          type: field(fields, 'content-type') ?? '',
          codings: contentCodings(field(fields, 'content-encoding') ?? ''),
          body: this.#upToDelimiter(),
        }
      }
      if (this.#hasLongFields) throw new WireFault(`a part with fields over ${MAX_FIELDS_BYTES} bytes`)
    } finally {
      await this.#chunks.return?.()
    }
  }

  get #atEnd(): boolean {
    return this.#ended && this.#bytes.length === 0
  }

  async #more(): Promise<boolean> {
    if (this.#ended) return false
    const { done, value } = await this.#chunks.next()
    if (done === true) this.#ended = true
    else this.#bytes = this.#bytes.length === 0 ? value : Buffer.concat([this.#bytes, value])
    return !this.#ended
  }

  /** Up to the delimiter, which is taken, without the line end before it; or up to the end of the content. */
  async *#upToDelimiter(): Body {
    const { delimiter } = this
    // So much may be the beginning of a delimiter, with the line end before it.
    const kept = delimiter.length + 1
    for (;;) {
      const at = this.#bytes.indexOf(delimiter)
      if (at !== -1) {
        const body = this.#bytes.subarray(0, at - lineEndBefore(this.#bytes, at))
        this.#bytes = this.#bytes.subarray(at + delimiter.length)
        if (body.length > 0) yield body
        return
      }
      const sure = this.#bytes.length - kept
      if (sure > 0) {
        const body = this.#bytes.subarray(0, sure)
        this.#bytes = this.#bytes.subarray(sure)
        yield body
      }
      if (!(await this.#more())) break
    }
    const rest = this.#bytes
    this.#bytes = NOTHING
    if (rest.length > 0) yield rest
  }

  /** The fields of a part, which are taken with the empty line behind them; none when there is no such line. */
  async #fields(): Promise<string> {
    for (;;) {
      const text = this.#bytes.toString('latin1', 0, MAX_FIELDS_BYTES)
      const end = /^[^\r\n]*\r?\n(?:\r?\n|[\s\S]*?\r?\n\r?\n)/.exec(text)?.[0].length
      if (end !== undefined) {
        this.#bytes = this.#bytes.subarray(end)
        return text.slice(0, end)
      }
      this.#hasLongFields ||= text.length === MAX_FIELDS_BYTES
      if (text.length === MAX_FIELDS_BYTES || !(await this.#more())) return ''
    }
  }
}

function lineEndBefore(bytes: Buffer, at: number): number {
  if (at === 0 || bytes[at - 1] !== 0x0a) return 0
  return at > 1 && bytes[at - 2] === 0x0d ? 2 : 1
}

/** The value of a field, folded or not. */
function field(fields: string, name: string): string | undefined {
  return new RegExp(`^${name}[ \\t]*:((?:[^\\r\\n]|\\r?\\n[ \\t])*)`, 'im').exec(fields)?.[1]?.trim()
}
