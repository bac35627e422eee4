/**
 * Buffers lie outside V8's heap: V8 sees them by the small objects that hold them, and looks for dead ones when its young
 * generation is full of such objects or 64 MB of buffers have come together. A large body makes many buffers and few
 * objects, so it is told here when to look: a scavenge takes about a millisecond where little lives.
 */
const LOOK_EVERY_BYTES = 16_777_216

let passed = 0

/** So many bytes of buffers were made and will soon be dead. Does nothing in a process without `--expose-gc`. */
export function bytesPassed(bytes: number): void {
  passed += bytes
  if (passed < LOOK_EVERY_BYTES) return
  passed = 0
  globalThis.gc?.({ type: 'minor' })
}
