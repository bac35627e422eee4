/** One scan that several wait for. Whoever scans may fail or leave; then it is another one's turn, or everybody's. */
import type { ScanReport } from '@fsigk/plugin-api'

/** `next`: whoever scanned has left, and one of those who wait scans. `alone`: what came of it holds for nobody else. */
export type News = ScanReport | 'next' | 'alone'

export class CommonScan {
  readonly #news = Promise.withResolvers<News>()
  #scanning = 0
  #begunAt = 0
  #isOver = false

  /** Whether there is news. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Somebody scans. @param now monotonic, in milliseconds */
  begin(now: number): void {
    this.#scanning += 1
    this.#begunAt = now
  }

  /** How long since somebody began to scan, in milliseconds. */
  sinceBegun(now: number): number {
    return now - this.#begunAt
  }

  /** What came of it for one of those who scan; a report is news while others still scan, and nothing else is. */
  end(news: News): void {
    this.#scanning -= 1
    if (typeof news === 'string' && this.#scanning > 0) return
    this.#isOver = true
    this.#news.resolve(news)
  }

  /** @returns undefined when there is none within this time */
  async wait(limitMs: number): Promise<News | undefined> {
    const { promise: tired, resolve } = Promise.withResolvers<undefined>()
    const timer = setTimeout(resolve, limitMs, undefined)
    try {
      return await Promise.race([this.#news.promise, tired])
    } finally {
      clearTimeout(timer)
    }
  }

  /** What comes first: news for everybody, or an answer of one's own. Bad news is none. */
  async orOwn<T>(own: Promise<T>): Promise<T | ScanReport> {
    const first = await Promise.race([own, this.#news.promise])
    return first === 'next' || first === 'alone' ? await own : (first as T | ScanReport)
  }
}
