/** What a TNEF stream (MS-OXTNEF) holds and where: the first of two passes, since names stand behind what they name. */
import { WireFault } from '../../../wire-fault.js'
import type { ByteCursor } from './byte-cursor.js'
import { textOf } from './mapi-text.js'
import { type MapiValue, mapiValues } from './mapi-values.js'

/** A file inside: bytes of the stream, and every name that it is given. */
export interface TnefEntry {
  readonly names: string[]
  type: string
  readonly offset: number
  readonly bytes: number
  readonly isCompressedRtf: boolean
}

const SIGNATURE = 0x223e9f78
const MAX_ENTRIES = 1000
const MAX_ATTRIBUTES = 10_000
const MAX_DEPTH = 8

const ATTACH_REND_DATA = 0x9002
const ATTACH_TITLE = 0x8010
const ATTACH_TRANSPORT_NAME = 0x9001
const ATTACH_DATA = 0x800f
const ATTACH_META_FILE = 0x8011
const ATTACHMENT = 0x9005
const MESSAGE_PROPERTIES = 0x9003
const BODY = 0x800c

const PR_BODY = 0x1000
const PR_RTF_COMPRESSED = 0x1009
const PR_BODY_HTML = 0x1013
const PR_DISPLAY_NAME = 0x3001
const PR_ATTACH_DATA = 0x3701
const PR_ATTACH_FILENAME = 0x3704
const PR_ATTACH_LONG_FILENAME = 0x3707
const PR_ATTACH_TRANSPORT_NAME = 0x370c
const PR_ATTACH_MIME_TAG = 0x370e

const nameProperties: readonly number[] = [
  PR_DISPLAY_NAME,
  PR_ATTACH_FILENAME,
  PR_ATTACH_LONG_FILENAME,
  PR_ATTACH_TRANSPORT_NAME,
]
const bodyTypes: Readonly<Record<number, string>> = {
  [PR_BODY]: 'text/plain',
  [PR_RTF_COMPRESSED]: 'text/rtf',
  [PR_BODY_HTML]: 'text/html',
}

/** The class of an object that is a message: a TNEF stream of its own. */
const MESSAGE_CLASS = Buffer.from('0703020000000000c000000000000046', 'hex')
const CLASS_BYTES = 16

export class TnefIndex {
  readonly entries: TnefEntry[] = []
  readonly #cursor: ByteCursor
  /** What names the attachment being read. */
  #names: string[] = []
  #attached: TnefEntry[] = []
  #attributes = 0

  constructor(cursor: ByteCursor) {
    this.#cursor = cursor
  }

  /** @throws WireFault where it is malformed; what was found before that stands in `entries` */
  async read(end = Number.POSITIVE_INFINITY, depth = 0): Promise<void> {
    if (depth > MAX_DEPTH) throw new WireFault(`messages ${depth} deep in one another`)
    const cursor = this.#cursor
    if ((await cursor.uint32()) !== SIGNATURE) throw new WireFault('no TNEF signature')
    await cursor.uint16()
    while (cursor.offset < end) {
      const level = await cursor.some(1)
      if (level === undefined && end === Number.POSITIVE_INFINITY) return
      // Padding behind the last attribute.
      if (level?.[0] === 0 && end === Number.POSITIVE_INFINITY) return
      if (level?.[0] !== 1 && level?.[0] !== 2) throw new WireFault(`an attribute of level ${level?.[0] ?? 'none'}`)
      if (++this.#attributes > MAX_ATTRIBUTES) throw new WireFault('too many attributes')
      const attribute = await cursor.uint16()
      await cursor.uint16()
      const bytes = await cursor.uint32()
      await this.#attribute(attribute, bytes, depth)
    }
  }

  async #attribute(attribute: number, bytes: number, depth: number): Promise<void> {
    const end = this.#cursor.offset + bytes
    switch (attribute) {
      case ATTACH_REND_DATA:
        this.#beginAttachment()
        break
      case ATTACH_TITLE:
      case ATTACH_TRANSPORT_NAME:
        this.#name(textOf(await this.#cursor.bytes(bytes)))
        break
      case ATTACH_DATA:
      case ATTACH_META_FILE:
        this.#attach(this.#entry('application/octet-stream', bytes))
        break
      case BODY:
        this.#entry('text/plain', bytes)
        break
      case ATTACHMENT:
      case MESSAGE_PROPERTIES:
        for await (const value of mapiValues(this.#cursor, end)) await this.#property(attribute, value, depth)
        break
    }
    await this.#cursor.goTo(end)
    // A checksum that readers do not insist on.
    await this.#cursor.uint16()
  }

  async #property(attribute: number, value: MapiValue, depth: number): Promise<void> {
    const type = attribute === MESSAGE_PROPERTIES ? bodyTypes[value.property] : undefined
    if (type !== undefined) this.#entry(type, value.bytes, value.property === PR_RTF_COMPRESSED)
    if (attribute !== ATTACHMENT) return
    if (nameProperties.includes(value.property))
      this.#name(textOf(await this.#cursor.bytes(value.bytes), value.isUnicode))
    else if (value.property === PR_ATTACH_MIME_TAG) {
      const mimeType = textOf(await this.#cursor.bytes(value.bytes), value.isUnicode)
      for (const entry of this.#attached) entry.type = mimeType
    } else if (value.property === PR_ATTACH_DATA) await this.#data(value, depth)
  }

  async #data({ isObject, bytes }: MapiValue, depth: number): Promise<void> {
    const end = this.#cursor.offset + bytes
    if (!isObject || bytes < CLASS_BYTES) {
      this.#attach(this.#entry('application/octet-stream', bytes))
      return
    }
    const isMessage = (await this.#cursor.bytes(CLASS_BYTES)).equals(MESSAGE_CLASS)
    if (!isMessage) {
      this.#attach(this.#entry('application/octet-stream', bytes - CLASS_BYTES))
      return
    }
    const outer = { names: this.#names, attached: this.#attached }
    this.#beginAttachment()
    await this.read(end, depth + 1)
    this.#names = outer.names
    this.#attached = outer.attached
  }

  #beginAttachment(): void {
    this.#names = []
    this.#attached = []
  }

  #name(name: string): void {
    if (name === '' || this.#names.includes(name)) return
    this.#names.push(name)
    for (const { names } of this.#attached) names.push(name)
  }

  #attach(entry: TnefEntry): void {
    entry.names.push(...this.#names)
    this.#attached.push(entry)
  }

  #entry(type: string, bytes: number, isCompressedRtf = false): TnefEntry {
    if (this.entries.length === MAX_ENTRIES) throw new WireFault('too many files in one TNEF')
    const entry = { names: [], type, offset: this.#cursor.offset, bytes, isCompressedRtf }
    this.entries.push(entry)
    return entry
  }
}
