/** Content-Transfer-Encoding (RFC 2045, 6) taken off, as lenient readers do: what does not belong is skipped. */

/** Takes an encoding off, whatever pieces its input comes in. */
export interface TransferDecoder {
  push(chunk: Buffer): Buffer
  /** What was left of the input when it ended. */
  end(): Buffer
}

const NOTHING = Buffer.alloc(0)

/**
 * @param encoding the field's value
 * @returns undefined for an encoding that changes nothing, or that is unknown
 */
export function transferDecoder(encoding: string): TransferDecoder | undefined {
  switch (encoding.trim().toLowerCase()) {
    case 'base64':
      return new Base64Decoder()
    case 'quoted-printable':
      return new QuotedPrintableDecoder()
    default:
      return undefined
  }
}

/** Padding ends a group, not the text: several encoded texts in a row decode to all of them. */
class Base64Decoder implements TransferDecoder {
  #rest = ''

  push(chunk: Buffer): Buffer {
    const text = this.#rest + chunk.toString('latin1').replace(/[^A-Za-z0-9+/=]/g, '')
    const pieces = text.split(/=+/)
    const last = pieces.pop() ?? ''
    const whole = last.length - (last.length % 4)
    this.#rest = last.slice(whole)
    return Buffer.concat([...pieces, last.slice(0, whole)].map((piece) => Buffer.from(piece, 'base64')))
  }

  end(): Buffer {
    const rest = this.#rest
    this.#rest = ''
    return Buffer.from(rest, 'base64')
  }
}

const EQUALS = 0x3d
const CR = 0x0d
const LF = 0x0a
const SPACE = 0x20
const TAB = 0x09

/** A soft line end may have so much white space before it. */
const MAX_SOFT_LINE_END = 256

class QuotedPrintableDecoder implements TransferDecoder {
  #rest: Buffer = NOTHING

  push(chunk: Buffer): Buffer {
    const input = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const { output, read } = this.#decode(input, false)
    this.#rest = input.subarray(read)
    return output
  }

  end(): Buffer {
    const { output } = this.#decode(this.#rest, true)
    this.#rest = NOTHING
    return output
  }

  #decode(input: Buffer, isLast: boolean): { readonly output: Buffer; readonly read: number } {
    const output = Buffer.allocUnsafe(input.length)
    let written = 0
    let at = 0
    while (at < input.length) {
      const byte = input[at] ?? 0
      if (byte !== EQUALS) {
        output[written++] = byte
        at++
        continue
      }
      const softEnd = softLineEnd(input, at + 1)
      const isOpen = softEnd === 'open' || at + 2 >= input.length
      if (!isLast && isOpen && input.length - at < MAX_SOFT_LINE_END) break
      const value = hexadecimal(input[at + 1]) * 16 + hexadecimal(input[at + 2])
      if (typeof softEnd === 'number') at = softEnd
      else if (Number.isNaN(value)) output[written++] = input[at++] ?? 0
      else {
        output[written++] = value
        at += 3
      }
    }
    return { output: output.subarray(0, written), read: at }
  }
}

/** Where a soft line end that begins at `from` ends; `open` when more must come to tell. */
function softLineEnd(input: Buffer, from: number): number | 'open' | undefined {
  let at = from
  while (input[at] === SPACE || input[at] === TAB) at++
  if (input[at] === LF) return at + 1
  if (input[at] === CR && input[at + 1] === LF) return at + 2
  return at >= input.length || (input[at] === CR && at + 1 === input.length) ? 'open' : undefined
}

function hexadecimal(byte: number | undefined): number {
  return byte === undefined ? Number.NaN : Number.parseInt(String.fromCharCode(byte), 16)
}
