import type { SettingsSnapshot } from './domain/snapshot.js'

/** New settings, after they were stored. Several revisions by others may arrive as one. */
export interface PublishedSettings {
  readonly snapshot: SettingsSnapshot
  /** What changed since the snapshot before. */
  readonly keys: readonly string[]
}

/** Those who are told of new settings. What one of them throws harms neither the save nor the others. */
export class Listeners {
  private readonly all = new Set<(published: PublishedSettings) => void>()

  /** @param onFault without it, what a listener throws is an uncaught exception */
  constructor(private readonly onFault: ((error: unknown) => void) | undefined) {}

  /** Returns how to stop. */
  add(listener: (published: PublishedSettings) => void): () => void {
    this.all.add(listener)
    return () => this.all.delete(listener)
  }

  tell(published: PublishedSettings): void {
    for (const listener of this.all) {
      try {
        listener(published)
      } catch (error) {
        this.fault(error)
      }
    }
  }

  fault(error: unknown): void {
    if (this.onFault !== undefined) this.onFault(error)
    else
      queueMicrotask(() => {
        throw error
      })
  }
}
