/**
 * What keeps bodies from being scanned and passes with time, as sums since this worker began: for whoever counts them over
 * all workers and raises an alarm.
 */
import type { Judgement } from './pipeline/judgement.js'
import { causes, type Ruling } from './pipeline/policy.js'
import { MEMORY_BYTES } from './spool.js'

export const hindrances = ['engine-down', 'engine-error', 'no-space'] as const
export type Hindrance = (typeof hindrances)[number]

/** JSON-able. */
export interface HindranceSums {
  /** Bodies that every scanner was asked about and answered. */
  readonly scanned: number
  /** Bodies that went into a file of the spool, whole. */
  readonly spooled: number
  readonly met: Readonly<Record<Hindrance, number>>
  /** Of those that met it, how many were refused for it. */
  readonly refused: Readonly<Record<Hindrance, number>>
  /** And how many passed unscanned (`fail_open`). */
  readonly passed: Readonly<Record<Hindrance, number>>
  /** In words, as it was met last; `''` when nothing more is known. */
  readonly because: Readonly<Record<Hindrance, string>>
}

export const MAX_REASON_CHARACTERS = 500

export class Hindrances {
  #scanned = 0
  #spooled = 0
  readonly #met = { 'engine-down': 0, 'engine-error': 0, 'no-space': 0 }
  readonly #refused = { 'engine-down': 0, 'engine-error': 0, 'no-space': 0 }
  readonly #passed = { 'engine-down': 0, 'engine-error': 0, 'no-space': 0 }
  readonly #because = { 'engine-down': '', 'engine-error': '', 'no-space': '' }

  /**
   * @param checked whether scanners were at work for it: what is remembered proves nothing of how they are
   * @param bytes how much of the body was held
   */
  judged({ unscanned }: Judgement, ruling: Ruling, checked: boolean, bytes: number): void {
    let isWell = checked
    let fits = bytes > MEMORY_BYTES
    for (const { because, detail = '' } of unscanned) {
      if (because === 'scan-timeout') isWell = false
      if (causes[because].kind !== 'transient') continue
      const cause = because as Hindrance
      if (cause === 'no-space') fits = false
      else isWell = false
      this.#met[cause] += 1
      this.#because[cause] = detail.slice(0, MAX_REASON_CHARACTERS)
      if (ruling.verdict.is !== 'unscanned' || ruling.verdict.because !== cause) continue
      if (ruling.disposition === 'defer') this.#refused[cause] += 1
      else this.#passed[cause] += 1
    }
    if (isWell) this.#scanned += 1
    if (fits) this.#spooled += 1
  }

  sums(): HindranceSums {
    return {
      scanned: this.#scanned,
      spooled: this.#spooled,
      met: { ...this.#met },
      refused: { ...this.#refused },
      passed: { ...this.#passed },
      because: { ...this.#because },
    }
  }
}
