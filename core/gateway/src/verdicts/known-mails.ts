/**
 * What clean mails were taken apart into, by the digests of all that scanners looked at: a mail that comes again need not
 * be taken apart to be told that nothing is in it, as long as every scanner still says so of each piece. What a mail is
 * read as depends on its bytes and on the settings, whose revision is part of the key.
 */
import { ExpiringMap } from '../expiring-map.js'
import type { Known } from './verdict-key.js'

/** What an entry and one of its pieces take beside their texts, as measured. */
const ENTRY_BYTES = 300
const PIECE_BYTES = 150
const MAX_ENTRIES = 1_000_000
/** Mails of more pieces are looked at anew. */
const MAX_PIECES = 100

interface Piece extends Pick<Known, 'name' | 'type'> {
  readonly sha256: string
}

/** Collects what is looked at of one mail. */
export class SeenPieces {
  readonly pieces: Piece[] = []
  /** Something in it has no digest, or there is more of it than is remembered. */
  isTooMuch = false

  /** To be told before the content is given back. */
  saw(contents: readonly Known[]): void {
    for (const content of contents) {
      const sha256 = this.pieces.length < MAX_PIECES ? content.digest() : undefined
      if (sha256 === undefined) this.isTooMuch = true
      else this.pieces.push({ name: content.name, type: content.type, sha256 })
    }
  }
}

export class KnownMails {
  readonly #mails: ExpiringMap<readonly Piece[]>

  /** @param now monotonic, in milliseconds */
  constructor(private readonly now: () => number) {
    this.#mails = new ExpiringMap({ entries: MAX_ENTRIES, bytes: 0 }, now, bytesOf)
  }

  limit(bytes: number): void {
    this.#mails.limit({ entries: MAX_ENTRIES, bytes })
  }

  forget(): void {
    this.#mails.clear()
  }

  /** All that was looked at of such a mail; undefined when it is not known. @param under service and revision */
  of(mail: Known, under: string): readonly Known[] | undefined {
    const key = keyOf(mail, under)
    const pieces = key === undefined ? undefined : this.#mails.get(key)
    return pieces?.map(({ name, type, sha256 }) => ({ name, type, digest: () => sha256 }))
  }

  /** @param ttlMs how long it is kept */
  keep(mail: Known, under: string, { pieces, isTooMuch }: SeenPieces, ttlMs: number): void {
    const key = keyOf(mail, under)
    if (key !== undefined && !isTooMuch) this.#mails.set(key, pieces, this.now() + ttlMs)
  }
}

function keyOf(mail: Known, under: string): string | undefined {
  const digest = mail.digest()
  return digest === undefined ? undefined : `${digest} ${under}`
}

function bytesOf(key: string, pieces: readonly Piece[]): number {
  return pieces.reduce(
    (sum, { name, type, sha256 }) => sum + PIECE_BYTES + name.length + type.length + sha256.length,
    ENTRY_BYTES + key.length,
  )
}
