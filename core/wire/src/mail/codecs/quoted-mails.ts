/**
 * Mails that stand in a text without anything that says so: in bounces of old servers, in digests (RFC 1153), in mailboxes. What they
 * hold as it is, is seen as text, and parts are found by their boundaries; this finds the bodies that are encoded.
 */
import type { Encoding } from '../encodings.js'
import { type Entity, readEntity } from '../entity.js'
import { readFields, valuesOf } from '../fields.js'

const field = /^[\x21-\x39\x3b-\x7e]{1,100}[ \t]*:/
const continuation = /^[ \t]+\S/
const base64Line = /^[ \t]*[A-Za-z0-9+/]{4,}={0,3}[ \t]*$/

/** Of a header, the last so many. */
const MAX_HEADER_LINES = 1000

/** No line of a header or of base64 is longer. */
const MAX_LINE_CHARACTERS = 16_384

const LINE_END = '\r\n'

/** What is found, in order: a body begins, its data as they are encoded, it ends. */
export type QuotedEvent =
  | { readonly is: 'file'; readonly entity: Entity; readonly encoding: Encoding }
  | { readonly is: 'data'; readonly bytes: Buffer }
  | { readonly is: 'end' }

/** Reads a text that comes in pieces, with LF at the ends of its lines. */
export class QuotedMails {
  #rest = ''
  #header: string[] = []
  /** The body that is awaited, or read. */
  #body: { readonly entity: Entity; readonly encoding: Encoding } | undefined
  #hasBegun = false
  #told: QuotedEvent[] = []
  #data = ''

  /** @throws WireFault for a header that says more than can be meant */
  push(text: string): Iterable<QuotedEvent> {
    const input = this.#rest + text
    let at = 0
    for (let end = input.indexOf('\n'); end !== -1; end = input.indexOf('\n', at)) {
      this.#line(input.slice(at, end))
      at = end + 1
    }
    this.#rest = input.slice(at)
    if (this.#rest.length > MAX_LINE_CHARACTERS) {
      this.#line(this.#rest, '')
      this.#rest = ''
    }
    return this.#taken()
  }

  end(): Iterable<QuotedEvent> {
    if (this.#rest !== '') this.#line(this.#rest)
    this.#endHeader()
    this.#endBody()
    return this.#taken()
  }

  /** @param end none of a line of which more comes */
  #line(line: string, end = LINE_END): void {
    const isBase64 = this.#body?.encoding === 'base64'
    if (field.test(line) || (this.#header.length > 0 && continuation.test(line))) {
      if (isBase64) this.#endBody()
      this.#header.push(line)
      if (this.#header.length > MAX_HEADER_LINES) this.#give(this.#header.splice(0, MAX_HEADER_LINES / 2))
      return
    }
    this.#endHeader()
    if (this.#body?.encoding === 'base64' && line.trim() !== '') {
      if (base64Line.test(line)) this.#give([line], end)
      else this.#endBody()
    } else if (this.#body !== undefined) this.#give([line], end)
  }

  /** Whoever ends it there reads what follows as its body. */
  #endHeader(): void {
    const lines = this.#header
    if (lines.length === 0) return
    this.#header = []
    const fields = readFields(lines)
    if (valuesOf(fields, 'content-transfer-encoding').length > 0) {
      const entity = readEntity(fields)
      const encoding = entity.encodings.find((each) => each === 'base64' || each === 'quoted-printable')
      if (encoding !== undefined) {
        this.#endBody()
        this.#body = { entity, encoding }
        return
      }
    }
    this.#give(lines)
  }

  /** It begins with the first line that is not empty. */
  #give(lines: readonly string[], end = LINE_END): void {
    if (this.#body === undefined) return
    if (!this.#hasBegun) {
      if (lines.every((line) => line === '')) return
      this.#told.push({ is: 'file', ...this.#body })
      this.#hasBegun = true
    }
    for (const line of lines) this.#data += line + end
  }

  #endBody(): void {
    this.#flush()
    if (this.#hasBegun) this.#told.push({ is: 'end' })
    this.#hasBegun = false
    this.#body = undefined
  }

  #flush(): void {
    if (this.#data !== '') this.#told.push({ is: 'data', bytes: Buffer.from(this.#data, 'latin1') })
    this.#data = ''
  }

  #taken(): Iterable<QuotedEvent> {
    this.#flush()
    return this.#told.splice(0)
  }
}
