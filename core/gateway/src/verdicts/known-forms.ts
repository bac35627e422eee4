/**
 * What coded bodies came apart into, by the digests of their forms: a body whose forms are all known need not be decoded
 * to be told what was said of them. Decoding depends on nothing but bytes and codings, and only such as leaves no doubt
 * is kept.
 */
import { ExpiringMap } from '../expiring-map.js'
import type { Decoded } from '../pipeline/decoded.js'
import type { DigestedContent, Known } from './verdict-key.js'

/** What an entry takes beside its key and digests, as measured. */
const ENTRY_BYTES = 300
const MAX_ENTRIES = 1_000_000

export class KnownForms {
  readonly #forms: ExpiringMap<readonly string[]>

  /** @param now monotonic, in milliseconds */
  constructor(private readonly now: () => number) {
    this.#forms = new ExpiringMap({ entries: MAX_ENTRIES, bytes: 0 }, now, bytesOf)
  }

  limit(bytes: number): void {
    this.#forms.limit({ entries: MAX_ENTRIES, bytes })
  }

  forget(): void {
    this.#forms.clear()
  }

  /** The forms beside the body itself; undefined when they are not known. */
  of(content: DigestedContent, codings: readonly string[], isCut: boolean): readonly Known[] | undefined {
    const key = keyOf(content, codings, isCut)
    const digests = key === undefined ? undefined : this.#forms.get(key)
    const { name, type } = content
    return digests?.map((digest) => ({ name, type, digest: () => digest }))
  }

  /** @param ttlMs how long it is kept */
  keep(
    content: DigestedContent,
    codings: readonly string[],
    isCut: boolean,
    { forms, unscanned }: Decoded,
    ttlMs: number,
  ): void {
    const key = keyOf(content, codings, isCut)
    if (key === undefined || unscanned.length > 0) return
    const digests = forms.flatMap((form) => form.digest() ?? [])
    if (digests.length === forms.length) this.#forms.set(key, digests, this.now() + ttlMs)
  }
}

function keyOf(content: DigestedContent, codings: readonly string[], isCut: boolean): string | undefined {
  const digest = content.digest()
  return digest === undefined ? undefined : `${digest}${isCut ? '…' : ''}${JSON.stringify(codings)}`
}

function bytesOf(key: string, digests: readonly string[]): number {
  return digests.reduce((sum, digest) => sum + digest.length, ENTRY_BYTES + key.length)
}
