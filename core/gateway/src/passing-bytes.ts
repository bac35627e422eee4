/**
 * Buffers lie outside V8's heap: V8 sees them by the small objects that hold them, and looks for dead ones when its young
 * generation is full of such objects, or, by a mark-compact of 25 ms, when 32 to 64 MB of buffers have come together. Bodies
 * make many buffers and few objects, so it is told here when to look: a scavenge takes about a millisecond where little lives.
 */
import { getHeapStatistics } from 'node:v8'

/** It is asked how much there is when so much has passed through spools; around each body there are as many copies again. */
const ASK_EVERY_BYTES = 2_097_152

/** So much may come together. */
const LOOK_EVERY_BYTES = 16_777_216

let passed = 0
/** What there was when it was last looked for dead ones. */
let external = 0

/** So many bytes of buffers were made and will soon be dead. Does nothing in a process without `--expose-gc`. */
export function bytesPassed(bytes: number): void {
  passed += bytes
  if (passed < ASK_EVERY_BYTES || globalThis.gc === undefined) return
  passed = 0
  const now = getHeapStatistics().external_memory
  if (now < external + LOOK_EVERY_BYTES) {
    external = Math.min(external, now)
    return
  }
  globalThis.gc({ type: 'minor' })
  external = getHeapStatistics().external_memory
}
