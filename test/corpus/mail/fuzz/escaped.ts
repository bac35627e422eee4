/** Whether the walker has given what another reader extracts. */
import type { Found } from '../all-readings.js'

/** Less than that says nothing. */
const MIN_BYTES = 8

export class Given {
  readonly #bodies: readonly Buffer[]
  #loose: readonly string[] | undefined
  #ascii: readonly string[] | undefined

  constructor({ bodies, skeletons }: Found) {
    this.#bodies = [...skeletons, ...bodies]
  }

  /**
   * It stands in one of them; white space and zero bytes aside, with which Python fills lines of uuencode that are too
   * short, and which it takes out of base64 that it gives up on.
   */
  has(payload: Buffer): boolean {
    if (payload.length < MIN_BYTES || this.#bodies.some((body) => body.includes(payload))) return true
    const text = loose(payload)
    this.#loose ??= this.#bodies.map(loose)
    return this.#loose.some((body) => body.includes(text))
  }

  /** The same, 8-bit bytes aside too: mailparser reads quoted-printable as UTF-8, and keeps eight bits of each character. */
  hasAscii(payload: Buffer): boolean {
    if (this.has(payload)) return true
    const text = ascii(payload)
    this.#ascii ??= this.#bodies.map(ascii)
    return this.#ascii.some((body) => body.includes(text))
  }
}

function loose(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[\s\0]+/g, '')
}

function ascii(bytes: Buffer): string {
  return loose(bytes).replace(/[\x80-\xff]+/g, '')
}
