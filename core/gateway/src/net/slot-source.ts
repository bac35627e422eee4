/**
 * Hands out the slots of a service: `pre_spawn` of them over all workers. The number is the log's
 * "internal process ID", the lowest free one at accept.
 */
export interface SlotSource {
  /**
   * Waits for a slot, first come first served. Rejects when the signal is aborted, or when slots cannot be had at all.
   * An acceptor has at most `backlog` of these calls open.
   */
  acquire(signal: AbortSignal): Promise<number>
  /** Gives a slot back. Each slot is released once. */
  release(slot: number): void
}
