import { NOTHING } from './decoder.js'

const CR = 0x0d
const LF = 0x0a
const SPACE = 0x20
const TAB = 0x09

/** So much white space in a row is held back until it is known what follows. */
const MAX_HELD_BYTES = 65_536

/** Takes spaces and tabs at the ends of lines out. */
export class TrailingSpaceFilter {
  #held: Buffer = NOTHING

  push(chunk: Buffer): Buffer {
    const input = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    let end = input.length
    while (end > 0 && isSpace(input[end - 1])) end--
    this.#held = input.length - end > MAX_HELD_BYTES ? NOTHING : Buffer.from(input.subarray(end))
    return withoutTrailing(input.subarray(0, this.#held.length === 0 ? input.length : end))
  }
}

function withoutTrailing(input: Buffer): Buffer {
  const output = Buffer.allocUnsafe(input.length)
  let written = 0
  for (let at = 0; at < input.length; at++) {
    const byte = input[at] ?? 0
    if (byte === CR || byte === LF) while (written > 0 && isSpace(output[written - 1])) written--
    output[written++] = byte
  }
  return output.subarray(0, written)
}

function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB
}
