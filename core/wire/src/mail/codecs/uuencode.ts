/** uuencode (POSIX): lines whose first character counts the bytes that the rest of them stands for. */
import { NOTHING, type TransferDecoder } from './decoder.js'
import { LooseLines } from './loose-lines.js'

/**
 * What a reader makes of a line that is shorter or longer than its first character says: what is missing is zero bytes and
 * what is too much is left (Python), all of it counts, or it is no line of the file.
 */
export type UuForm = 'declared' | 'whole' | 'skipped'

/** Whether a line is as long as its first character says, with a checksum behind it or without. */
export function isUuLine(line: Buffer): boolean {
  const first = line[0] ?? 0
  if (first < 0x20 || first > 0x60) return false
  const characters = charactersOf(first)
  if (line.length !== characters + 1 && line.length !== characters + 2) return false
  for (const byte of line) if (byte < 0x20 || byte > 0x60) return false
  return true
}

/** The bytes of one line. Characters that are none of the alphabet count by their six low bits, as in every decoder. */
export function uuBytes(line: Buffer, form: UuForm): Buffer {
  const first = line[0]
  if (first === undefined) return NOTHING
  const declared = (first - 0x20) & 63
  const bytes = form === 'whole' ? Math.floor(((line.length - 1) * 3) / 4) : declared
  const output = Buffer.allocUnsafe(Math.ceil(bytes / 3) * 3)
  if (line.length <= Math.ceil((bytes * 4) / 3)) output.fill(0)
  for (let written = 0, at = 1; written < bytes && at < line.length; written += 3, at += 4) {
    const bits = (six(line[at]) << 18) | (six(line[at + 1]) << 12) | (six(line[at + 2]) << 6) | six(line[at + 3])
    output[written] = bits >> 16
    output[written + 1] = bits >> 8
    output[written + 2] = bits
  }
  return output.subarray(0, bytes)
}

/** A line that begins a file: its name, and whether a mode stands before it, without which any sentence may begin so. */
export function uuBeginning(line: string): { readonly name: string; readonly hasMode: boolean } | undefined {
  const found = /^begin[ \t]+(?:([0-7]{1,7})(?:[ \t]+|$))?(.*)$/s.exec(line)
  return found === null ? undefined : { name: (found[2] ?? '').trim(), hasMode: found[1] !== undefined }
}

export function isUuEnd(line: Buffer): boolean {
  return line.length >= 3 && line.length < 80 && line.toString('latin1').trim() === 'end'
}

/** Decodes the first file of a body, or, where no file begins, every line that may be one of a file. */
export class UuencodeDecoder implements TransferDecoder {
  readonly #form: UuForm
  readonly #hasBeginning: boolean
  readonly #lines = new LooseLines()
  #state: 'before' | 'inside' | 'after'
  #isDoubtful = false

  constructor(form: UuForm = 'declared', hasBeginning = true) {
    this.#form = form
    this.#hasBeginning = hasBeginning
    this.#state = hasBeginning ? 'before' : 'inside'
  }

  push(chunk: Buffer): Buffer {
    return this.#state === 'after'
      ? NOTHING
      : Buffer.concat([...this.#lines.push(chunk)].map((line) => this.#read(line)))
  }

  end(): Buffer {
    return Buffer.concat([...this.#lines.end()].map((line) => this.#read(line)))
  }

  others(): readonly (() => TransferDecoder)[] {
    if (this.#state === 'before') return [() => new UuencodeDecoder('skipped', false)]
    if (!this.#isDoubtful || !this.#hasBeginning) return []
    return (['whole', 'skipped'] as const).map((form) => () => new UuencodeDecoder(form))
  }

  #read(line: Buffer): Buffer {
    if (this.#state === 'before' && uuBeginning(line.toString('latin1'))?.hasMode) this.#state = 'inside'
    else if (this.#state === 'inside') {
      if (isUuEnd(line)) this.#state = 'after'
      else return this.#bytes(line)
    }
    return NOTHING
  }

  #bytes(line: Buffer): Buffer {
    if (isUuLine(line)) return uuBytes(line, this.#form)
    this.#isDoubtful = true
    return this.#form === 'skipped' ? NOTHING : uuBytes(line, this.#form)
  }
}

function charactersOf(first: number): number {
  return Math.ceil(((first - 0x20) & 63) / 3) * 4
}

function six(byte: number | undefined): number {
  return byte === undefined ? 0 : (byte - 0x20) & 63
}
