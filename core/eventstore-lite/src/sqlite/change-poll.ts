import type { DatabaseSync, StatementSync } from 'node:sqlite'

/**
 * Tells watchers that something was committed. Commits of this connection are told by `announce`; those of others are
 * seen by SQLite's `data_version`, which costs some microseconds to ask and, unlike a watch on files, needs no resource
 * that can run out. It is asked only while somebody watches.
 */
export class ChangePoll {
  readonly #dataVersion: StatementSync
  readonly #intervalMs: number
  readonly #watchers = new Set<() => void>()
  #timer: NodeJS.Timeout | undefined
  #seen: unknown

  constructor(database: DatabaseSync, intervalMs: number) {
    this.#dataVersion = database.prepare('PRAGMA data_version')
    this.#intervalMs = intervalMs
  }

  watch(changed: () => void): () => void {
    if (this.#timer === undefined) {
      this.#seen = this.#ask()
      this.#timer = setInterval(() => this.#poll(), this.#intervalMs)
    }
    this.#watchers.add(changed)
    return () => {
      this.#watchers.delete(changed)
      if (this.#watchers.size === 0) this.stop()
    }
  }

  announce(): void {
    for (const changed of this.#watchers) changed()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #poll(): void {
    const now = this.#ask()
    if (now === this.#seen) return
    this.#seen = now
    this.announce()
  }

  #ask(): unknown {
    try {
      return this.#dataVersion.get()?.['data_version']
    } catch {
      // Whoever is woken reads, meets the same trouble, and can say what it is.
      return Symbol('unknown')
    }
  }
}
