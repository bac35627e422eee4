/** yEnc (yEnc draft 1.3): every byte is itself plus 42, and `=` escapes a few. */
import type { EmbeddedEvents, EmbeddedReader } from './embedded-reader.js'

const EQUALS = 0x3d
const SHIFT = 42
const ESCAPED_SHIFT = 64

/** What a `=ybegin` line says. */
export interface YencBeginning {
  readonly name: string
  /** Which part of the file it is; undefined when it is the whole. */
  readonly part: number | undefined
}

/** @param line of which the name is the end. @returns undefined for any line but `=ybegin` */
export function yencBeginning(line: string): YencBeginning | undefined {
  if (!/^=ybegin\s/i.test(line)) return undefined
  const name = /\sname=(.*)$/is.exec(line)?.[1]?.trim() ?? ''
  const part = /\spart=(\d{1,9})\s/i.exec(line)?.[1]
  return { name, part: part === undefined ? undefined : Number(part) }
}

/** One part, up to `=yend`; parts of one file come under the same name. */
export class YencReader implements EmbeddedReader {
  readonly #events: EmbeddedEvents
  readonly #beginning: YencBeginning
  readonly isDoubtful = false
  #isTold = false
  /** A piece of an overlong line ended in an escape. */
  #isEscaped = false

  constructor(beginning: YencBeginning, events: EmbeddedEvents) {
    this.#beginning = beginning
    this.#events = events
    if (beginning.part === undefined) this.#tell()
  }

  read(line: Buffer): 'more' | 'over' | 'again' {
    if (line[0] === EQUALS && /^=y(begin|part|end)\s/i.test(line.toString('latin1', 0, 16))) {
      if (/^=ypart/i.test(line.toString('latin1', 0, 6))) {
        this.#tell(/\sbegin=(\d{1,15})/i.exec(line.toString('latin1'))?.[1])
        return 'more'
      }
      this.close()
      return /^=ybegin/i.test(line.toString('latin1', 0, 7)) ? 'again' : 'over'
    }
    this.#tell()
    this.#events.data(this.#bytes(line))
    return 'more'
  }

  close(): void {
    this.#tell()
    this.#events.end()
  }

  /** Where a part stands in its file is said in the line behind the first. */
  #tell(begin?: string): void {
    if (this.#isTold) return
    this.#isTold = true
    const { name, part } = this.#beginning
    this.#events.file(
      name,
      part === undefined ? undefined : { number: part, begin: begin === undefined ? part : Number(begin) },
    )
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
