/** What a step sees of an event: its type, the number of its shape, its data and meta. Nothing else of it may change. */
export interface VersionedEvent {
  readonly type: string
  readonly schema: number
  readonly data: unknown
  readonly meta?: unknown
}

/** One step: brings events of schema `from` to schema `from + 1`. */
export interface Step {
  readonly from: number
  /**
   * Pure: no clock, no files. Handed only events of schema `from`, of every type; returns type and data, and meta where
   * it changes, as of then on.
   */
  upcast(event: VersionedEvent): { readonly type: string; readonly data: unknown; readonly meta?: unknown }
}
