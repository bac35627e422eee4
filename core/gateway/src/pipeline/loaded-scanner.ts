import type { Log, PluginManifest, Scanner } from '@fsigk/plugin-api'

/** A scanner plugin that is loaded and started. */
export interface LoadedScanner {
  readonly id: string
  readonly scanner: Scanner
  /** The section of its settings. */
  readonly section: string
  readonly log: Log
  /** What its manifest says of it; unless it does, it is costly and judges by the moment. */
  readonly cost?: ScannerTraits['cost'] | undefined
  readonly judgesBy?: ScannerTraits['judgesBy'] | undefined
  /** Changes with its code. */
  readonly build?: string
  /** Told how each scan ended, for whoever watches over the plugin. */
  readonly watch?: ScanWatch
}

export type ScannerTraits = NonNullable<PluginManifest['scanner']>

export interface ScanWatch {
  succeeded(): void
  failed(session: string, cause: unknown): void
}

/** Why one scanner has no report of one content. */
export type NoReport = 'failed' | 'late'
