/**
 * Buffers lie outside V8's heap: V8 sees them by the small objects that hold them, and looks for dead ones when its young
 * generation is full of such objects, or, by a mark-compact of 25 ms, when 32 to 64 MB of buffers have come together. Bodies
 * make many buffers and few objects, so it is told here when to look: a scavenge takes about a millisecond where little lives.
 */
import { getHeapStatistics } from 'node:v8'

/** It is asked how much there is when so much has passed through spools; around each body there are as many copies again. */
const ASK_EVERY_BYTES = 524_288

/** So much may come together. */
const LOOK_EVERY_BYTES = 8_388_608

let passed = 0
/** The least that there was since it was last looked for dead ones. What is found dead then is freed a moment later. */
let least = Number.POSITIVE_INFINITY

/** So many bytes of buffers were made and will soon be dead. Does nothing in a process without `--expose-gc`. */
export function bytesPassed(bytes: number): void {
  passed += bytes
  if (passed < ASK_EVERY_BYTES || globalThis.gc === undefined) return
  passed = 0
  const now = getHeapStatistics().external_memory
  least = Math.min(least, now)
  if (now < least + LOOK_EVERY_BYTES) return
  globalThis.gc({ type: 'minor' })
  least = Number.POSITIVE_INFINITY
}
