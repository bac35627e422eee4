/**
 * Remembers what scanners said, so that the same bytes are not scanned twice under the same signatures: in this worker,
 * and through shared state on all of this host. What is being scanned now is waited for. It only ever saves a scan: who
 * finds nothing here, or something that cannot be read, scans for himself.
 */
import type { ScanReport, SharedState } from '@fsigk/plugin-api'
import { ExpiringMap } from '../expiring-map.js'
import type { Deadline } from '../pipeline/deadline.js'
import type { NoReport } from '../pipeline/loaded-scanner.js'
import { CommonScan, type News } from './common-scan.js'
import { KnownForms } from './known-forms.js'
import { KnownMails } from './known-mails.js'
import { rememberable, textOf } from './remembered-report.js'
import { ReportElsewhere } from './report-elsewhere.js'
import type { VerdictCacheLimits } from './verdict-cache-limits.js'

/** What an entry takes beside key and findings, as measured. */
const ENTRY_BYTES = 300
/** So much of the bound is for what coded bodies, and as much for what mails came apart into. */
const APART = 1 / 8
/** By the bound in bytes there are never so many. */
const MAX_ENTRIES = 1_000_000
/** How long somebody waits for another's scan when his own time is not limited. */
const LONGEST_PATIENCE_MS = 30_000

/** JSON-able. */
export interface VerdictFigures {
  /** Reports that were remembered, or that another worker had. */
  readonly hits: number
  /** Reports that a scan for somebody else brought. */
  readonly waits: number
  /** Reports that had to be asked for. */
  readonly misses: number
  readonly entries: number
  readonly bytes: number
}

/** A report that is wanted. */
export interface Wanted {
  readonly deadline: Deadline
  /** Whether other workers are asked first: to scan costs more than that. */
  readonly isCostly: boolean
  /** Asks the scanner. Never rejects. */
  scan(): Promise<ScanReport | NoReport>
  /** Whether the scanner still judges by what it did when it was asked. */
  isStillSo(): boolean
}

export class VerdictCache {
  /** What coded bodies came apart into. */
  readonly forms: KnownForms
  /** What clean mails came apart into. */
  readonly mails: KnownMails
  readonly #known: ExpiringMap<ScanReport>
  readonly #scans = new Map<string, CommonScan>()
  #ttlMs = 0
  #isShared = false
  #hits = 0
  #waits = 0
  #misses = 0
  /** What began before all was forgotten is not remembered. */
  #era = 0

  /**
   * @param shared what other workers know; undefined when there are none
   * @param now monotonic, in milliseconds
   */
  constructor(
    private readonly shared: SharedState | undefined,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#known = new ExpiringMap({ entries: MAX_ENTRIES, bytes: 0 }, now, bytesOf)
    this.forms = new KnownForms(now)
    this.mails = new KnownMails(now)
  }

  limit({ bytes, ttlMs, isShared }: VerdictCacheLimits): void {
    const apart = Math.floor(bytes * APART)
    this.#known.limit({ entries: MAX_ENTRIES, bytes: bytes - 2 * apart })
    this.forms.limit(apart)
    this.mails.limit(apart)
    // What has been remembered for longer than it now may be cannot be told from the rest.
    if (ttlMs < this.#ttlMs) this.forget()
    this.#ttlMs = ttlMs
    this.#isShared = isShared
  }

  /** How long a report is remembered. */
  get ttlMs(): number {
    return this.#ttlMs
  }

  get figures(): VerdictFigures {
    const { size, bytes } = this.#known
    return { hits: this.#hits, waits: this.#waits, misses: this.#misses, entries: size, bytes }
  }

  /** Forgets everything in this worker; what is being scanned now is not remembered either. */
  forget(): void {
    this.#known.clear()
    this.forms.forget()
    this.mails.forget()
    this.#scans.clear()
    this.#era += 1
  }

  /** What is remembered in this worker. Tell `served` when it is used. */
  known(key: string): ScanReport | undefined {
    return this.#known.get(key)
  }

  /** So many reports that were known were used. */
  served(reports: number): void {
    this.#hits += reports
  }

  /** A report that is not known: another's, as soon as there is one, or of a scan. Never rejects. */
  async report(key: string, wanted: Wanted): Promise<ScanReport | NoReport> {
    const patienceMs = patienceOf(wanted.deadline)
    for (let waitMs = patienceMs; ; ) {
      const common = this.#scans.get(key)
      if (common === undefined) return await this.#scan(key, new CommonScan(), wanted, patienceMs)
      const news = await common.wait(waitMs)
      if (typeof news === 'object') {
        this.#waits += 1
        return news
      }
      if (wanted.deadline.over !== undefined) return 'late'
      if (news === 'alone') return await this.#ask(wanted)
      if (news === 'next') continue
      // Scans that take long may be lost. One more is begun, and not by everybody who waits.
      waitMs = patienceMs - common.sinceBegun(this.now())
      if (waitMs <= 0 && !common.isOver) return await common.orOwn(this.#scan(key, common, wanted, patienceMs))
    }
  }

  async #scan(key: string, common: CommonScan, wanted: Wanted, patienceMs: number): Promise<ScanReport | NoReport> {
    const { signal } = wanted.deadline
    const era = this.#era
    let hasEnded = false
    const end = (news: News) => {
      if (hasEnded) return
      hasEnded = true
      common.end(news)
      if (common.isOver && this.#scans.get(key) === common) this.#scans.delete(key)
    }
    const leave = () => end('next')
    this.#scans.set(key, common)
    common.begin(this.now())
    signal.addEventListener('abort', leave, { once: true })
    const elsewhere = this.#elsewhere(key, wanted)
    const answer = await (elsewhere?.report(patienceMs) ?? this.#ask(wanted))
    signal.removeEventListener('abort', leave)
    const report = era === this.#era ? toRemember(answer, wanted) : undefined
    if (report !== undefined) this.#known.set(key, report, this.now() + this.#ttlMs - (elsewhere?.ageMs ?? 0))
    end(report ?? 'alone')
    return answer
  }

  /** What other workers may know; undefined when there are none, or to scan costs less than to ask. */
  #elsewhere(key: string, wanted: Wanted): ReportElsewhere | undefined {
    if (this.shared === undefined || !this.#isShared || !wanted.isCostly || this.#ttlMs === 0) return undefined
    return new ReportElsewhere(this.shared, key, this.#ttlMs, {
      ask: () => this.#ask(wanted),
      textOf: (answer) => {
        const report = toRemember(answer, wanted)
        return report === undefined ? undefined : textOf({ report, at: Date.now() })
      },
      isOver: () => wanted.deadline.over !== undefined,
      found: () => {
        this.#hits += 1
      },
    })
  }

  #ask(wanted: Wanted): Promise<ScanReport | NoReport> {
    this.#misses += 1
    return wanted.scan()
  }
}

/** What came too late, under other definitions, or does not say all, holds for nobody else. */
function toRemember(answer: ScanReport | NoReport, wanted: Wanted): ScanReport | undefined {
  if (typeof answer === 'string' || wanted.deadline.over !== undefined || !wanted.isStillSo()) return undefined
  return rememberable(answer)
}

/** Half of the time is left for a scan of one's own. */
function patienceOf({ limitMs }: Deadline): number {
  return limitMs > 0 ? limitMs / 2 : LONGEST_PATIENCE_MS
}

function bytesOf(key: string, { findings }: ScanReport): number {
  return ENTRY_BYTES + key.length + (findings.length === 0 ? 0 : JSON.stringify(findings).length)
}
