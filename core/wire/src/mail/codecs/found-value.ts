/** Files that stand in a text as values of something: of a property, or of a link. */

/** What is found, in order: a file begins, its data as they are encoded, it ends. Names and type as they stand, latin1. */
export type ValueEvent =
  | { readonly is: 'file'; readonly file: ValueFile }
  | { readonly is: 'data'; readonly bytes: Buffer }
  | { readonly is: 'end' }

export interface ValueFile {
  readonly names: readonly string[]
  /** `''` when it is not told. */
  readonly type: string
  readonly encoding: 'base64' | 'quoted-printable' | 'identity'
}

/** The first bytes of JPEG, PNG, GIF, WebP and WOFF, in base64. */
const shown = /^(?:\/9j\/|iVBORw0KGgo|R0lGOD|UklGR.{6}XRUJQ|d09G[RM])/
const SHOWN_CHARACTERS = 16

/** One of them, which is told of once it is known to be something. */
export class FoundValue {
  #start = ''
  #state: 'held' | 'given' | 'left out' = 'held'

  /** @param isShown where readers show it and nothing else, so that a picture is left out */
  constructor(
    readonly file: ValueFile,
    private readonly isShown: boolean,
  ) {}

  get isEmpty(): boolean {
    return this.#state === 'held' && this.#start.trim() === ''
  }

  *push(text: string): Generator<ValueEvent> {
    if (this.#state === 'given' && text !== '') yield { is: 'data', bytes: Buffer.from(text, 'latin1') }
    if (this.#state !== 'held') return
    this.#start += text
    if (this.#start.trimStart().length >= SHOWN_CHARACTERS) yield* this.#give()
  }

  *end(): Generator<ValueEvent> {
    if (!this.isEmpty && this.#state === 'held') yield* this.#give()
    if (this.#state === 'given') yield { is: 'end' }
  }

  *#give(): Generator<ValueEvent> {
    const isLeftOut = this.isShown && this.file.encoding === 'base64' && shown.test(this.#start.trimStart())
    this.#state = isLeftOut ? 'left out' : 'given'
    if (isLeftOut) return
    yield { is: 'file', file: this.file }
    yield { is: 'data', bytes: Buffer.from(this.#start, 'latin1') }
  }
}
