/** What a shared map holds: small facts, not objects. Text of at most 16 KiB. */
export type SharedValue = string | number | boolean

export interface Lease extends Disposable {
  /** Gives the place back. It also comes back when the worker that holds it dies. */
  release(): void
}

/**
 * State that all workers see: held by the supervisor, lost when it ends. Neither settings nor events; nothing here
 * may be needed to be right, only to be quick or fair.
 *
 * Bounded: names and keys of at most 512 characters, 100,000 entries of each sort; the entries unused for longest go
 * first. A lease beyond that is refused with FSIGK_SHARED_STATE_LIMIT.
 */
export interface SharedState {
  /** One of at most `limit` places under this name; undefined when all are taken. Never waits. */
  lease(name: string, limit: number): Promise<Lease | undefined>
  /** Adds to a counter, and tells its sum since it began. It begins again `windowMs` after its first addition. */
  count(name: string, by: number, windowMs: number): Promise<number>
  /** May be up to a second old in this worker. */
  get(key: string): Promise<SharedValue | undefined>
  set(key: string, value: SharedValue, ttlMs: number): Promise<void>
  delete(key: string): Promise<void>
  /**
   * The value of a key, computed once however many workers ask for it at the same time. When the computation fails,
   * the next one who waits computes; each caller meets only the failure of its own.
   */
  once(key: string, ttlMs: number, compute: () => Promise<SharedValue>): Promise<SharedValue>
}

const place: Lease = { release() {}, [Symbol.dispose]() {} }

/** The shared state of a service that stands alone, without a host: every place is free, and nothing is remembered. */
export const nothingShared: SharedState = {
  lease: async () => place,
  count: async (_name, by) => by,
  get: async () => undefined,
  set: async () => {},
  delete: async () => {},
  once: (_key, _ttlMs, compute) => compute(),
}
