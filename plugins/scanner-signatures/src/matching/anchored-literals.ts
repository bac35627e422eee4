/** Literals that count at one place alone: nothing is searched, a few bytes are looked up. */
import type { LiteralSignature } from '../definitions/signature.js'

/** Every one is looked at in each block of a content. */
export const MAX_PLACES = 256

/** The literals of one place, by their first four bytes. */
interface Place {
  readonly from: 'start' | 'end'
  /** Of the first byte, from the start; or back from the end of the content. */
  readonly offset: number
  readonly byFirstBytes: Map<number, LiteralSignature[]>
}

export class AnchoredLiterals {
  readonly #places = new Map<string, Place>()
  /** Where the last literal that counts from the start ends: content needs to be read no further for these. */
  #headBytes = 0
  #fromEnd = false

  get headBytes(): number {
    return this.#headBytes
  }

  /** Whether some count from the end, so that the whole content has to be read. */
  get fromEnd(): boolean {
    return this.#fromEnd
  }

  /** @returns false, and adds nothing, when it would be one place too many */
  add(signature: LiteralSignature, from: 'start' | 'end', offset: number): boolean {
    const key = `${from} ${offset}`
    let place = this.#places.get(key)
    if (place === undefined) {
      if (this.#places.size === MAX_PLACES) return false
      place = { from, offset, byFirstBytes: new Map() }
      this.#places.set(key, place)
    }
    const firstBytes = signature.pattern.readInt32LE(0)
    const alike = place.byFirstBytes.get(firstBytes)
    if (alike === undefined) place.byFirstBytes.set(firstBytes, [signature])
    else alike.push(signature)
    if (from === 'start') this.#headBytes = Math.max(this.#headBytes, offset + signature.pattern.length)
    else this.#fromEnd = true
    return true
  }

  /** @param base the offset of `bytes` in a content of `contentBytes` */
  find(bytes: Buffer, base: number, contentBytes: number): string | undefined {
    for (const place of this.#places.values()) {
      const at = (place.from === 'start' ? place.offset : contentBytes - place.offset) - base
      if (at < 0 || at + 4 > bytes.length) continue
      const alike = place.byFirstBytes.get(bytes.readInt32LE(at))
      if (alike === undefined) continue
      for (const { pattern, threat } of alike) {
        const end = at + pattern.length
        if (end <= bytes.length && bytes.compare(pattern, 0, pattern.length, at, end) === 0) return threat
      }
    }
    return undefined
  }
}
