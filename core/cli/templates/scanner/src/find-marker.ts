import type { Body } from '@fsigk/plugin-api'

/**
 * Whether one of the markers stands in a body, wherever it is cut. Reads no further than that, and keeps no more than a
 * chunk and the end of the one before it.
 *
 * @throws the signal's reason, and what reading the body throws
 */
export async function findMarker(body: Body, markers: readonly Buffer[], signal: AbortSignal): Promise<boolean> {
  const overlap = Math.max(0, ...markers.map((marker) => marker.length - 1))
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of body) {
    signal.throwIfAborted()
    const window = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    if (markers.some((marker) => window.includes(marker))) return true
    rest = window.subarray(Math.max(0, window.length - overlap))
  }
  return false
}
