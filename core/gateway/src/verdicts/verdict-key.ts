/**
 * Under what a scanner's report of a content is remembered: the bytes, and all else that it may depend on. Whatever
 * changes among them makes another key, so that nothing has to be taken back.
 */
import { hash } from 'node:crypto'
import type { Content } from '@fsigk/plugin-api'
import type { LoadedScanner } from '../pipeline/loaded-scanner.js'

/** As much of a content as its verdicts are remembered by. */
export interface Known extends Pick<Content, 'name' | 'type'> {
  /** SHA-256 of its bytes in base64url; undefined when it was not made. */
  digest(): string | undefined
}

export type DigestedContent = Content & Known

/** What is no secret and no choice of a peer's needs no more of its hash to be told from all others. */
const PREFIX_CHARACTERS = 22

export class VerdictKey {
  readonly #settings: string
  #definitions = ''
  #prefix = ''

  /** @param section the settings that the scanner is given with each call */
  constructor(
    private readonly loaded: LoadedScanner,
    section: Readonly<Record<string, unknown>>,
  ) {
    const sorted = Object.entries(section).sort(([one], [other]) => (one < other ? -1 : 1))
    this.#settings = JSON.stringify(sorted)
  }

  /** Undefined while the scanner does not tell by which definitions it judges. */
  of(content: Known): string | undefined {
    const { definitions } = this.loaded.scanner
    if (definitions === '') return undefined
    if (definitions !== this.#definitions) this.#take(definitions)
    const digest = content.digest()
    if (digest === undefined) return undefined
    return this.loaded.judgesBy === 'bytes' ? this.#prefix + digest : this.#prefix + digest + claimsOf(content)
  }

  #take(definitions: string): void {
    const { id, build, judgesBy } = this.loaded
    const facts = JSON.stringify([id, build, judgesBy, this.#settings, definitions])
    this.#prefix = hash('sha256', facts, 'base64url').slice(0, PREFIX_CHARACTERS)
    this.#definitions = definitions
  }
}

/** What the transfer says that the content is. */
function claimsOf({ name, type }: Known): string {
  return hash('sha256', JSON.stringify([name, type]), 'base64url')
}

/** Unless its manifest says otherwise. */
export function isCostly({ cost }: LoadedScanner): boolean {
  return cost !== 'cheap'
}

/**
 * A key for each scanner, in their order, undefined for those that are always asked. Undefined when none of the costly
 * ones is remembered: to ask a cheap one costs no more than to look it up.
 */
export function verdictKeys(
  loaded: readonly LoadedScanner[],
  section: (name: string) => Readonly<Record<string, unknown>>,
): readonly (VerdictKey | undefined)[] | undefined {
  const isRemembered = ({ judgesBy = 'moment' }: LoadedScanner) => judgesBy !== 'moment'
  if (!loaded.some((each) => isRemembered(each) && isCostly(each))) return undefined
  return loaded.map((each) => (isRemembered(each) ? new VerdictKey(each, section(each.section)) : undefined))
}
