/** Files in `data:` URIs (RFC 2397), wherever one stands in a text: in a link of HTML, in a property of a card. */
import { percentDecoded } from '../words.js'
import { FoundValue, type ValueEvent } from './found-value.js'

const beginning = /data:/gi

/** What stands up to the comma. URLs may be broken into lines. */
const strictHead = /^\s{0,16}(?:[\w!#$&^.+-]{1,64}\/[\w!#$&^.+-]{1,128})?\s{0,16}(?:;[^;<>]{0,128}){0,8}$/
const claimedType = /^\s{0,16}([\w!#$&^.+-]{1,64}\/[\w!#$&^.+-]{1,128})/

/** Browsers go by this alone, whatever stands before it. */
const saysBase64 = /;\s{0,16}base64\s{0,16}$/i
const SAYS_CHARACTERS = 64

const MAX_HEAD_CHARACTERS = 1900
const MAX_BEFORE_CHARACTERS = 64

/** A beginning, with what stands before it, is never longer. */
const KEPT_CHARACTERS = 2048

/** What is shown in its place, or as a background. */
const isShownBehind = /(?:\bsrc(?:set)?\s{0,8}=\s{0,8}["']?|url\(\s{0,8}(?:["']|&quot;|&#39;)?)\s{0,8}$/i
const isBackground = /url\(\s{0,8}(?:["']|&quot;|&#39;)?\s{0,8}$/i

/** Where it ends, by what stands before it. */
const ends: ReadonlyMap<string, RegExp> = new Map([
  ['"', /"/g],
  ["'", /'/g],
  ['`', /`/g],
  [';', /[&"']/g],
])
const endOfBare = /[\s<>"')]/g

/** Reads a text that comes in pieces. */
export class DataUris {
  #text = ''
  #at = 0
  #value: FoundValue | undefined
  #end = endOfBare
  /** An escape of which the rest has not come. */
  #escape = '';

  *push(text: string): Generator<ValueEvent> {
    this.#text = this.#text.slice(this.#at) + text
    this.#at = 0
    while (this.#value === undefined ? this.#find() : yield* this.#read());
  }

  *end(): Generator<ValueEvent> {
    yield* this.#close()
  }

  /** @returns false when more must come */
  #find(): boolean {
    beginning.lastIndex = this.#at
    let comma = -1
    for (let found = beginning.exec(this.#text); found !== null; found = beginning.exec(this.#text)) {
      const from = found.index + found[0].length
      if (comma < from) comma = this.#text.indexOf(',', from)
      if (comma === -1) break
      if (comma - from <= MAX_HEAD_CHARACTERS && this.#open(found.index, from, comma)) return true
    }
    this.#at = Math.max(this.#at, this.#text.length - KEPT_CHARACTERS)
    return false
  }

  /** @returns false where no file is meant */
  #open(at: number, from: number, comma: number): boolean {
    const isBase64 = saysBase64.test(this.#text.slice(Math.max(from, comma - SAYS_CHARACTERS), comma))
    const head = this.#text.slice(from, comma)
    if (!isBase64 && !strictHead.test(head)) return false
    const before = this.#text.slice(Math.max(0, at - MAX_BEFORE_CHARACTERS), at)
    const type = claimedType.exec(head)?.[1] ?? ''
    this.#end = ends.get(before.trimEnd().slice(-1)) ?? endOfBare
    this.#at = comma + 1
    const isDrawn = isBackground.test(before) && /^image\//i.test(type)
    if (isBase64 || !isDrawn)
      this.#value = new FoundValue(
        { names: [], type, encoding: isBase64 ? 'base64' : 'identity' },
        isShownBehind.test(before),
      )
    return true
  }

  /** @returns whether it has ended */
  *#read(): Generator<ValueEvent, boolean> {
    this.#end.lastIndex = this.#at
    const end = this.#end.exec(this.#text)?.index
    const text = this.#escape + this.#text.slice(this.#at, end)
    this.#at = end ?? this.#text.length
    this.#escape = end === undefined ? (/%[0-9a-f]?$/i.exec(text)?.[0] ?? '') : ''
    yield* this.#value?.push(percentDecoded(text.slice(0, text.length - this.#escape.length))) ?? []
    if (end === undefined) return false
    yield* this.#close()
    return true
  }

  *#close(): Generator<ValueEvent> {
    yield* this.#value?.push(this.#escape) ?? []
    yield* this.#value?.end() ?? []
    this.#value = undefined
    this.#escape = ''
  }
}
