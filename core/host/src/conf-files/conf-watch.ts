/**
 * Notices while the gateway runs that somebody changes the files of conf/. It only has them looked at: an edit is told in
 * status and log, a file that is gone is written again, and nothing becomes a setting before somebody says so.
 */
import { type FSWatcher, watch } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '@fsigk/plugin-api'

/** Editors write in several steps, and put one file in the place of another. */
const QUIET_MS = 250
/** Somebody who writes on and on costs one look in this time. */
const LOOK_EVERY_MS = 1_000
/** Where the system watches nothing for us. */
const POLL_MS = 5_000

export class ConfWatch implements AsyncDisposable {
  readonly #watchers: FSWatcher[] = []
  #timer: NodeJS.Timeout | undefined
  #poll: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()
  #firstEvent: number | undefined
  #lastLook = 0
  #closed = false

  constructor(
    folder: string,
    private readonly look: () => Promise<void>,
    private readonly log: Log,
  ) {
    for (const each of [folder, join(folder, 'spam')]) this.#watch(each)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    for (const watcher of this.#watchers) watcher.close()
    clearTimeout(this.#timer)
    clearInterval(this.#poll)
    await this.#looking
  }

  #watch(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#changed())
      watcher.on('error', (error) => this.#pollInstead(folder, error))
      this.#watchers.push(watcher)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#pollInstead(folder, error)
    }
  }

  #pollInstead(folder: string, error: unknown): void {
    if (this.#poll !== undefined || this.#closed) return
    this.log.warn('folder not watched, looked at now and then', { folder, error })
    this.#poll = setInterval(() => this.#changed(), POLL_MS).unref()
  }

  /** Looks when it has been quiet for a while, and during a long noise now and then. */
  #changed(): void {
    if (this.#closed) return
    const now = performance.now()
    this.#firstEvent ??= now
    const quiet = Math.min(now + QUIET_MS, this.#firstEvent + LOOK_EVERY_MS)
    const due = Math.max(quiet, this.#lastLook + LOOK_EVERY_MS)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#lookNow(), due - now).unref()
  }

  #lookNow(): void {
    this.#firstEvent = undefined
    this.#looking = this.#looking.then(async () => {
      if (this.#closed) return
      await this.look()
      this.#lastLook = performance.now()
    })
  }
}
