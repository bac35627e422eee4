/** Where readers differ about the lines of a mail, and the sets of rules by which all of them are read. */
import { WireFault } from '../wire-fault.js'

/**
 * `garbage`: a boundary with something behind it. `padding`: white space behind it. `bare-cr`: a CR alone ends a line.
 * `inline`: a boundary that does not begin its line. `case`: one in other letters. `unclosed`: an outer boundary ends an
 * inner multipart that has not ended. `prefix`: of several that fit, the longest is meant. `header`: a header goes on behind
 * lines that are no fields. `blank`: a line of white space does not end it. `open-header`: a boundary ends a header.
 */
export type Doubt =
  | 'garbage'
  | 'padding'
  | 'bare-cr'
  | 'inline'
  | 'case'
  | 'unclosed'
  | 'prefix'
  | 'header'
  | 'blank'
  | 'open-header'

/** One way to read. */
export interface Rules {
  /** What is not so for this reader. */
  readonly denied: ReadonlySet<Doubt>
  /** Where the header says several, the one boundary that this reader takes; by where the body of the multipart begins. */
  readonly chosen?: { readonly multipart: number; readonly boundary: string }
}

/** Which everything that may be a boundary is one by. */
export const lenient: Rules = { denied: new Set() }

/** More kinds of doubt in one mail than any sender causes by accident. */
const MAX_DOUBTS = 4
const MAX_READERS = 32

/** How often what stands behind two dashes is compared with a boundary. */
const MAX_TRIES = 20_000_000

/** What one mail leaves open. */
export class Doubts {
  readonly #found = new Set<Doubt>()
  readonly #boundaries = new Map<number, Set<string>>()
  #tries = 0

  add(doubt: Doubt): void {
    this.#found.add(doubt)
  }

  /** So many boundaries are tried. @throws WireFault beyond what any mail takes */
  countTries(boundaries: number): void {
    this.#tries += boundaries
    if (this.#tries > MAX_TRIES) throw new WireFault('more lines than can be meant for boundaries')
  }

  /** A boundary of a multipart for which the header says more than one. */
  addBoundary(multipart: number, boundary: string): void {
    const known = this.#boundaries.get(multipart)
    if (known === undefined) this.#boundaries.set(multipart, new Set([boundary]))
    else known.add(boundary)
  }

  /**
   * All ways to read that are known by now, the lenient one first; later calls give the same and further ones behind them.
   *
   * @throws WireFault for more than can be followed
   */
  rules(): readonly Rules[] {
    if (this.#found.size > MAX_DOUBTS)
      throw new WireFault(`lines that are read in many ways: ${[...this.#found].join(', ')}`)
    const choices: Rules['chosen'][] = [undefined]
    for (const [multipart, boundaries] of this.#boundaries)
      if (boundaries.size > 1) for (const boundary of boundaries) choices.push({ multipart, boundary })
    const sets = subsets([...this.#found])
    if (sets.length * choices.length > MAX_READERS) throw new WireFault('more boundaries than can be meant')
    return sets.flatMap((denied) => choices.map((chosen) => (chosen === undefined ? { denied } : { denied, chosen })))
  }
}

function subsets(doubts: readonly Doubt[]): readonly ReadonlySet<Doubt>[] {
  const sets: ReadonlySet<Doubt>[] = []
  for (let bits = 0; bits < 2 ** doubts.length; bits++)
    sets.push(new Set(doubts.filter((_, index) => (bits & (1 << index)) !== 0)))
  return sets
}

/** Tells two ways apart. */
export function ruleKey({ denied, chosen }: Rules): string {
  return [[...denied].sort().join(), chosen?.multipart, chosen?.boundary].join('\n')
}
