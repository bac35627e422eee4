import { NOTHING } from './decoder.js'

const CR = 0x0d
const LF = 0x0a
const SPACE = 0x20
const TAB = 0x09
const EQUALS = 0x3d

/** So much that may belong to the end of a line is held back until it is known what follows. */
const MAX_HELD_BYTES = 65_536

/** Takes spaces and tabs at the ends of lines out, and then soft line ends: what stood around them comes together. */
export class LineEndFilter {
  #held: Buffer = NOTHING

  push(chunk: Buffer): Buffer {
    const input = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    let end = input.length
    while (end > 0 && mayEndLine(input[end - 1])) end--
    if (input.length - end > MAX_HELD_BYTES) end = input.length
    this.#held = Buffer.from(input.subarray(end))
    return filtered(input.subarray(0, end))
  }

  end(): Buffer {
    const rest = filtered(this.#held)
    this.#held = NOTHING
    return rest.subarray(0, withoutSpace(rest, rest.length))
  }
}

function filtered(input: Buffer): Buffer {
  const output = Buffer.allocUnsafe(input.length)
  let written = 0
  for (const byte of input) {
    if (byte === CR || byte === LF) written = withoutSpace(output, written)
    if (byte === LF) {
      const before = written > 0 && output[written - 1] === CR ? written - 1 : written
      if (before > 0 && output[before - 1] === EQUALS) {
        written = before - 1
        continue
      }
    }
    output[written++] = byte
  }
  return output.subarray(0, written)
}

function withoutSpace(bytes: Buffer, length: number): number {
  let end = length
  while (end > 0 && (bytes[end - 1] === SPACE || bytes[end - 1] === TAB)) end--
  return end
}

function mayEndLine(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === EQUALS || byte === CR
}
