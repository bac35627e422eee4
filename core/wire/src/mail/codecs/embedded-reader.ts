/** Files that stand encoded in a text, as the readers of each encoding tell of them. */

export type EmbeddedEncoding = 'uuencode' | 'base64' | 'yenc' | 'binhex'

/** Where a part of a file belongs: by its number, and by its first byte. */
export interface Piece {
  readonly number: number
  readonly begin: number
}

/** What is found, in order: a file begins, its data, it ends. The name is what stands in the text, latin1. */
export type EmbeddedEvent =
  | { readonly is: 'file'; readonly name: string; readonly encoding: EmbeddedEncoding; readonly piece?: Piece }
  | { readonly is: 'data'; readonly bytes: Buffer }
  | { readonly is: 'end' }

/** Reads one file, a line at a time. */
export interface EmbeddedReader {
  /** @returns `over` when the line is the file's last, `again` when it belongs to what follows the file */
  read(line: Buffer): 'more' | 'over' | 'again'
  /** The text has ended. */
  close(): void
  /** Whether other readers would read the file in another way; known once it is read. */
  readonly isDoubtful: boolean
}

/** Gathers what readers find; data that comes in small pieces is told in larger ones. */
export class EmbeddedEvents {
  readonly #encoding: EmbeddedEncoding
  readonly #told: EmbeddedEvent[] = []
  #pieces: Buffer[] = []

  constructor(encoding: EmbeddedEncoding) {
    this.#encoding = encoding
  }

  /** @param piece of a file that stands in several parts */
  file(name: string, piece?: Piece): void {
    this.#told.push({ is: 'file', name, encoding: this.#encoding, ...(piece !== undefined && { piece }) })
  }

  data(bytes: Buffer): void {
    if (bytes.length > 0) this.#pieces.push(bytes)
  }

  end(): void {
    this.#join()
    this.#told.push({ is: 'end' })
  }

  /** What has been found since the last call. */
  take(): readonly EmbeddedEvent[] {
    this.#join()
    return this.#told.splice(0)
  }

  #join(): void {
    if (this.#pieces.length > 0) this.#told.push({ is: 'data', bytes: Buffer.concat(this.#pieces) })
    this.#pieces = []
  }
}
