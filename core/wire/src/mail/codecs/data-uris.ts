/** Files in `data:` URIs (RFC 2397), wherever one stands in a text: in a link of HTML, in a property of a card. */
import { percentDecoded } from '../words.js'
import { FoundValue, type ValueEvent } from './found-value.js'

/** Up to the comma; URLs may be broken into lines. */
const beginning = /data:(\s{0,16}(?:[\w!#$&^.+-]{1,64}\/[\w!#$&^.+-]{1,128})?)\s{0,16}((?:;[^,;<>]{0,128}){0,8}),/gi

/** A beginning, with what stands before it, is never longer. */
const KEPT_CHARACTERS = 2048

const MAX_BEFORE_CHARACTERS = 64

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
  #open = '';

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
    const found = beginning.exec(this.#text)
    if (found === null) {
      this.#at = Math.max(this.#at, this.#text.length - KEPT_CHARACTERS)
      return false
    }
    const [whole, type = '', parameters = ''] = found
    const before = this.#text.slice(Math.max(0, found.index - MAX_BEFORE_CHARACTERS), found.index)
    const isBase64 = /;\s*base64\s*$/i.test(parameters)
    this.#end = ends.get(before.trimEnd().slice(-1)) ?? endOfBare
    this.#at = found.index + whole.length
    const isDrawn = isBackground.test(before) && /^\s*image\//i.test(type)
    if (isBase64 || !isDrawn)
      this.#value = new FoundValue(
        { names: [], type: type.trim(), encoding: isBase64 ? 'base64' : 'identity' },
        isShownBehind.test(before),
      )
    return true
  }

  /** @returns whether it has ended */
  *#read(): Generator<ValueEvent, boolean> {
    this.#end.lastIndex = this.#at
    const end = this.#end.exec(this.#text)?.index
    const text = this.#open + this.#text.slice(this.#at, end)
    this.#at = end ?? this.#text.length
    this.#open = end === undefined ? (/%[0-9a-f]?$/i.exec(text)?.[0] ?? '') : ''
    yield* this.#value?.push(percentDecoded(text.slice(0, text.length - this.#open.length))) ?? []
    if (end === undefined) return false
    yield* this.#close()
    return true
  }

  *#close(): Generator<ValueEvent> {
    yield* this.#value?.push(this.#open) ?? []
    yield* this.#value?.end() ?? []
    this.#value = undefined
    this.#open = ''
  }
}
