/**
 * What the other workers of this host know of a content, or are finding out. One worker scans for all; when it dies,
 * fails or leaves, the next one does.
 */
import type { ScanReport, SharedState } from '@fsigk/plugin-api'
import type { NoReport } from '../pipeline/loaded-scanner.js'
import { rememberedFrom } from './remembered-report.js'

/** No report: whoever waits for one asks the scanner himself. */
const ASK_YOURSELF = 'ask'

/** Who wants the report here, and what he makes of it. */
export interface Asker {
  /** Asks the scanner. Never rejects. */
  ask(): Promise<ScanReport | NoReport>
  /** What others may know of the answer; undefined when it holds for nobody else. */
  textOf(answer: ScanReport | NoReport): string | undefined
  /** Whether his time is over. */
  isOver(): boolean
  /** Told when somebody else's report was there. */
  found(): void
}

export class ReportElsewhere {
  /** How old the report is, in milliseconds. */
  ageMs = 0
  readonly #first = Promise.withResolvers<ScanReport | NoReport | undefined>()
  /** The scanner is asked here. */
  #isOwn = false

  constructor(
    private readonly shared: SharedState,
    private readonly key: string,
    private readonly ttlMs: number,
    private readonly asker: Asker,
  ) {}

  /** @param patienceMs how long others are waited for. Never rejects */
  async report(patienceMs: number): Promise<ScanReport | NoReport> {
    void this.#askOthers()
    const timer = setTimeout(() => this.#giveUp(), patienceMs)
    const answer = await this.#first.promise
    clearTimeout(timer)
    if (answer !== undefined) return answer
    this.#isOwn = true
    return this.asker.isOver() ? 'late' : await this.asker.ask()
  }

  async #askOthers(): Promise<void> {
    try {
      const value = await this.shared.once(this.key, this.ttlMs, () => this.#scan())
      if (this.#isOwn) {
        if (value === ASK_YOURSELF) await this.shared.delete(this.key)
        return
      }
      const report = this.#found(value)
      this.#first.resolve(report)
      // What cannot be read is not left there for those who come later.
      if (report === undefined && value !== ASK_YOURSELF) await this.shared.delete(this.key)
    } catch {
      // Shared state that cannot be had, or a turn that was not taken: neither keeps anybody from scanning.
      this.#giveUp()
    }
  }

  /** It is this worker's turn. @throws when the next one should scan */
  async #scan(): Promise<string> {
    if (this.#isOwn || this.asker.isOver()) throw new Error('nobody here waits for it any more')
    this.#isOwn = true
    const answer = await this.asker.ask()
    this.#first.resolve(answer)
    if (this.asker.isOver()) throw new Error('its time is over')
    return this.asker.textOf(answer) ?? ASK_YOURSELF
  }

  #found(value: unknown): ScanReport | undefined {
    const remembered = rememberedFrom(value)
    if (remembered === undefined) return undefined
    this.ageMs = Math.max(0, Date.now() - remembered.at)
    if (this.ageMs > this.ttlMs) return undefined
    this.asker.found()
    return remembered.report
  }

  #giveUp(): void {
    if (!this.#isOwn) this.#first.resolve(undefined)
  }
}
