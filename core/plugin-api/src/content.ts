/** Bytes that arrive once, in order. Pulling is the flow control: nobody reads ahead of the consumer by more than a chunk. */
export type Body = AsyncIterable<Buffer>

/**
 * A body held by the gateway, as scanners see it. It can be opened as often as needed, and lives until the answer
 * has been given; a scanner must not keep it longer.
 */
export interface Content {
  /** Its length in bytes. */
  readonly bytes: number
  /** The name that the transfer gave it, decoded, without any folder; `''` when it has none. Never a path of ours. */
  readonly name: string
  /** The Content-Type that the transfer claims, `''` when none. */
  readonly type: string
  /** All of it, when it is held in memory (up to 64 KiB). */
  readonly memory: readonly Buffer[] | undefined
  /** The spool file that holds it, when it is not held in memory. Only for reading. */
  readonly path: string | undefined
  /** Its bytes from the start. */
  open(): Body
}
