/**
 * The scanners of a connection worker, in the administrator's order. A change of them starts what is new and keeps what
 * stays; what is no longer named is stopped when no session sees it any more.
 */
import { isDeepStrictEqual } from 'node:util'
import type { SettingsSnapshot } from '@fsigk/config'
import type { AssignedScanner } from '../ipc/messages.js'
import { isolationLimits } from '../isolation/limits.js'
import type { StandingScanner } from './standing-scanner.js'

/** What a scanner was begun for: when any of it changes, it is another. */
interface Begun {
  readonly assigned: AssignedScanner
  readonly limits: unknown
  readonly scanner: StandingScanner
}

export type BeginScanner = (assigned: AssignedScanner, snapshot: SettingsSnapshot) => StandingScanner

/** A change that has been prepared: everything new in it has started, or stands in its place. */
export interface PreparedScanners {
  readonly scanners: readonly StandingScanner[]
  /** Those that were at work before and stay. */
  readonly kept: readonly StandingScanner[]
  /** Puts it in place. @param unused resolves when no session sees the earlier scanners any more */
  commit(unused: Promise<void> | undefined): void
  /** Gives up what was begun for it. */
  abandon(): Promise<void>
}

export class ScannerLine {
  #line: readonly Begun[] = []
  readonly #leaving = new Set<Promise<unknown>>()

  constructor(private readonly begin: BeginScanner) {}

  get scanners(): readonly StandingScanner[] {
    return this.#line.map(({ scanner }) => scanner)
  }

  /** Starts what is new. Never rejects: a scanner that does not start stands in its place. */
  async prepare(wanted: readonly AssignedScanner[], snapshot: SettingsSnapshot): Promise<PreparedScanners> {
    const before = this.#line
    const line = wanted.map((assigned): Begun => {
      const limits =
        'found' in assigned && assigned.found.isolation !== 'inline' ? isolationLimits(snapshot) : undefined
      const same = before.find((each) => isDeepStrictEqual([each.assigned, each.limits], [assigned, limits]))
      return same ?? { assigned, limits, scanner: this.begin(assigned, snapshot) }
    })
    const added = line.filter((each) => !before.includes(each))
    await Promise.all(added.map(({ scanner }) => scanner.start(snapshot.values[scanner.section] ?? {})))
    return {
      scanners: line.map(({ scanner }) => scanner),
      kept: line.filter((each) => before.includes(each)).map(({ scanner }) => scanner),
      commit: (unused) => {
        this.#line = line
        this.#leave(
          before.filter((each) => !line.includes(each)).map(({ scanner }) => scanner),
          unused,
        )
      },
      abandon: () => stopAll(added.map(({ scanner }) => scanner)),
    }
  }

  /** Stops all, those too that some session still saw. */
  async stop(): Promise<void> {
    await stopAll(this.scanners)
    await Promise.all(this.#leaving)
  }

  #leave(scanners: readonly StandingScanner[], unused: Promise<void> | undefined): void {
    const ids = new Set(this.scanners.map(({ id }) => id))
    for (const scanner of scanners) scanner.retire(ids.has(scanner.id))
    const left = Promise.resolve(unused).then(() => stopAll(scanners))
    this.#leaving.add(left)
    void left.then(() => this.#leaving.delete(left))
  }
}

async function stopAll(scanners: readonly StandingScanner[]): Promise<void> {
  await Promise.all(scanners.map((scanner) => scanner.stop()))
}
