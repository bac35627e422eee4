/** A set of signatures made ready for scanning; never changed once in use. Reading them from files is in read.ts. */
import { AnchoredLiterals, MAX_PLACES } from '../matching/anchored-literals.js'
import { chooseSearch } from '../matching/choose-search.js'
import type { LiteralSearch } from '../matching/literal-search.js'
import type { HashSignature, LiteralSignature, Signature } from './signature.js'

const MAX_LITERALS = 20_000
const MAX_HASHES = 250_000
const MAX_LITERAL_BYTES = 256
/** What `part` looks at before a pattern: CR LF CR LF. */
const LOOK_BEHIND_BYTES = 4

/** Some consecutive bytes of a content. */
export interface View {
  readonly bytes: Buffer
  /** The offset of the first of them in the content. */
  readonly base: number
  readonly contentBytes: number
  /** Whether the content is made of parts, so that `part` literals count after empty lines too. */
  readonly parted: boolean
}

/** Literals that have to be searched for, and their threats by index. */
interface SearchSet {
  readonly search: LiteralSearch
  readonly threats: readonly string[]
}

export class Definitions {
  readonly #hashes: ReadonlyMap<number | undefined, ReadonlyMap<string, string>>
  readonly #anchored: AnchoredLiterals
  readonly #anywhere: SearchSet | undefined
  readonly #parts: SearchSet | undefined

  /** @param label name and version of the set, for logs and status */
  constructor(
    readonly label: string,
    signatures: SignatureSet,
  ) {
    this.#hashes = signatures.hashes
    this.#anchored = signatures.anchored
    this.#anywhere = searchSet(signatures.anywhere)
    this.#parts = searchSet(signatures.parts)
  }

  /**
   * How many bytes of consecutive views must overlap so that no pattern is lost between them. Larger than any pattern
   * in use, and the same for all sets.
   */
  static readonly overlapBytes = MAX_LITERAL_BYTES - 1 + LOOK_BEHIND_BYTES

  /** Whether a signature could know the hash of a content of this length. */
  hashes(contentBytes: number): boolean {
    return this.#hashes.has(contentBytes) || this.#hashes.has(undefined)
  }

  /** @param digest SHA-256 in lower-case hex */
  findHash(contentBytes: number, digest: string): string | undefined {
    return this.#hashes.get(contentBytes)?.get(digest) ?? this.#hashes.get(undefined)?.get(digest)
  }

  /** How much of a content has to be looked at, from its start: often the head alone. */
  reach(contentBytes: number, parted: boolean): number {
    const whole =
      this.#anywhere !== undefined ||
      (parted && this.#parts !== undefined) ||
      this.#anchored.fromEnd ||
      this.hashes(contentBytes)
    return whole ? contentBytes : Math.min(contentBytes, this.#anchored.headBytes)
  }

  /** The threat of a literal that stands in this view, whole. */
  findLiteral(view: View): string | undefined {
    const { bytes, base } = view
    const anchored = this.#anchored.find(bytes, base, view.contentBytes)
    if (anchored !== undefined) return anchored
    const anywhere = this.#anywhere?.search.search(bytes, always) ?? -1
    if (anywhere !== -1) return this.#anywhere?.threats[anywhere]
    if (!view.parted || this.#parts === undefined) return undefined
    const part = this.#parts.search.search(bytes, (position) => followsEmptyLine(bytes, position))
    return part === -1 ? undefined : this.#parts.threats[part]
  }
}

function searchSet(literals: readonly LiteralSignature[]): SearchSet | undefined {
  if (literals.length === 0) return undefined
  return {
    search: chooseSearch(literals.map((literal) => literal.pattern)),
    threats: literals.map((literal) => literal.threat),
  }
}

function always(): boolean {
  return true
}

const CR = 13
const LF = 10

/** Bytes before the view were before a pattern in the view before this one, which overlaps: it judged those. */
function followsEmptyLine(bytes: Buffer, position: number): boolean {
  if (bytes[position - 1] !== LF) return false
  return bytes[position - 2] === LF || (bytes[position - 2] === CR && bytes[position - 3] === LF)
}

/** Collects signatures and keeps the limits of a set. */
export class SignatureSet {
  readonly hashes = new Map<number | undefined, Map<string, string>>()
  readonly anchored = new AnchoredLiterals()
  readonly anywhere: LiteralSignature[] = []
  readonly parts: LiteralSignature[] = []
  #hashCount = 0
  #literalCount = 0

  get count(): number {
    return this.#hashCount + this.#literalCount
  }

  /** Adds a signature, or says which rule forbids it. */
  add(signature: Signature): string | undefined {
    return signature.kind === 'sha256' ? this.#addHash(signature) : this.#addLiteral(signature)
  }

  #addHash({ bytes, digest, threat }: HashSignature): string | undefined {
    if (this.#hashCount === MAX_HASHES) return `there are at most ${MAX_HASHES} hashes`
    const sameLength = this.hashes.get(bytes) ?? new Map<string, string>()
    this.hashes.set(bytes, sameLength)
    // The first name for a hash stays, so that a site's file does not rename what the shipped one knows.
    if (sameLength.has(digest)) return undefined
    sameLength.set(digest, threat)
    this.#hashCount++
    return undefined
  }

  #addLiteral(signature: LiteralSignature): string | undefined {
    if (this.#literalCount === MAX_LITERALS) return `there are at most ${MAX_LITERALS} literals`
    if (!this.#place(signature)) return `literals stand at no more than ${MAX_PLACES} different places`
    this.#literalCount++
    return undefined
  }

  #place(signature: LiteralSignature): boolean {
    const { anchor, pattern } = signature
    switch (anchor.at) {
      case 'anywhere':
        this.anywhere.push(signature)
        return true
      case 'part':
        this.parts.push(signature)
        return this.anchored.add(signature, 'start', 0)
      case 'offset':
        return this.anchored.add(signature, 'start', anchor.offset)
      case 'end':
        return this.anchored.add(signature, 'end', pattern.length)
    }
  }
}
