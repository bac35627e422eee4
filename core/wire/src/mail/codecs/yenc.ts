/** yEnc (yEnc draft 1.3): every byte is itself plus 42, and `=` escapes a few. */
import type { EmbeddedEvents, EmbeddedReader } from './embedded-reader.js'

const EQUALS = 0x3d
const SHIFT = 42
const ESCAPED_SHIFT = 64

/** The name in a `=ybegin` line, which ends it; undefined for any other line. */
export function yencBeginning(line: string): string | undefined {
  if (!/^=ybegin\s/i.test(line)) return undefined
  return /\sname=(.*)$/is.exec(line)?.[1]?.trim() ?? ''
}

/** One part, up to `=yend`; parts of one file come under the same name. */
export class YencReader implements EmbeddedReader {
  readonly #events: EmbeddedEvents
  readonly isDoubtful = false
  /** A piece of an overlong line ended in an escape. */
  #isEscaped = false

  constructor(name: string, events: EmbeddedEvents) {
    this.#events = events
    events.file(name)
  }

  read(line: Buffer): 'more' | 'over' | 'again' {
    if (line[0] === EQUALS && /^=y(begin|part|end)\s/i.test(line.toString('latin1', 0, 16))) {
      if (/^=ypart/i.test(line.toString('latin1', 0, 6))) return 'more'
      this.#events.end()
      return /^=ybegin/i.test(line.toString('latin1', 0, 7)) ? 'again' : 'over'
    }
    this.#events.data(this.#bytes(line))
    return 'more'
  }

  close(): void {
    this.#events.end()
  }

  #bytes(line: Buffer): Buffer {
    const output = Buffer.allocUnsafe(line.length)
    let written = 0
    for (const byte of line) {
      if (byte === EQUALS && !this.#isEscaped) {
        this.#isEscaped = true
        continue
      }
      output[written++] = byte - SHIFT - (this.#isEscaped ? ESCAPED_SHIFT : 0)
      this.#isEscaped = false
    }
    return output.subarray(0, written)
  }
}
