/** A slot that was asked for. */
export interface SlotRequest {
  /**
   * A slot, first come first served; `crowded` at once when its address has as many connections as it may. Rejects when
   * slots cannot be had at all.
   */
  readonly answer: Promise<number | 'crowded'>
  /** Waits no longer: the answer may never come. Without effect once it has. */
  cancel(): void
}

/**
 * Hands out the slots of a service: `pre_spawn` of them over all workers. The number is the log's
 * "internal process ID", the lowest free one at accept.
 */
export interface SlotSource {
  /**
   * An acceptor has at most `backlog` requests open.
   *
   * @param address whom the connection is counted for, as `countedAddress` gives it; `''` for nobody
   */
  request(address: string): SlotRequest
  /** Gives a slot back. Each slot is released once. */
  release(slot: number): void
}
