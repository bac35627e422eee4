import type { EventStore } from 'eventstore-lite'
import type { Catalogue } from './domain/catalogue.js'
import type { Sealer } from './domain/sealed.js'
import type { ShippedTemplates } from './domain/templates.js'

export interface SettingsLogOptions {
  /** Stays the caller's to dispose. */
  readonly store: EventStore
  readonly catalogue: Catalogue
  /** Without it, settings that are secret cannot be set. */
  readonly sealer?: Sealer
  /** From `allShippedTemplates`. */
  readonly templates: ShippedTemplates
  readonly now?: () => Date
  /** Who is named for the first revision; `fsigk` unless told. */
  readonly installer?: string
  /** A snapshot of the fold is kept each so many revisions; 100 unless told. */
  readonly snapshotEvery?: number
  /** Called when a listener throws, or following the store fails. Without it, either is an uncaught exception. */
  readonly onFault?: (error: unknown) => void
}
