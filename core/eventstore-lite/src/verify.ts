import type { Driver, Head } from './driver.js'
import { StoreDamaged } from './errors.js'
import type { Verification } from './event-store.js'
import { readStream } from './read-range.js'

const PAGE_STREAMS = 256

/** Reads everything, or one stream, and tells the first damage. Damage is an answer here, not an exception. */
export async function verifyStore(
  driver: Driver,
  only: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Verification> {
  try {
    // Anchors first: an event is stored before it is anchored, so that what is appended meanwhile is no contradiction.
    const anchors = new Map(await driver.anchors())
    let streams = 0
    let events = 0
    for await (const stream of only === undefined ? allStreams(driver) : [only]) {
      events += await verifyStream(driver, stream, anchors.get(stream), signal)
      anchors.delete(stream)
      streams += 1
    }
    const lost = only === undefined ? anchors.entries().next().value : undefined
    if (lost !== undefined) throw tailLost(lost[0], 0, lost[1])
    return { ok: true, streams, events }
  } catch (error) {
    if (!(error instanceof StoreDamaged)) throw error
    return { ok: false, stream: error.stream, version: error.version, reason: error.reason }
  }
}

/** The damage of a stream that ends before its anchor. */
export function tailLost(stream: string, version: number, anchor: Head): StoreDamaged {
  return new StoreDamaged(stream, version + 1, `the last events are lost; the stream once had ${anchor.version}`)
}

/** The damage of an event that is another than the one that was anchored. */
export function anchorDiffers(stream: string, anchor: Head): StoreDamaged {
  return new StoreDamaged(stream, anchor.version, 'the event is not the one that was stored there once')
}

async function verifyStream(
  driver: Driver,
  stream: string,
  anchor: Head | undefined,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { version } = await driver.head(stream)
  for await (const event of readStream(driver, stream, { first: 1, last: version, backward: false })) {
    signal?.throwIfAborted()
    if (event.version === anchor?.version && event.hash !== anchor.hash) throw anchorDiffers(stream, anchor)
  }
  if (anchor !== undefined && version < anchor.version) throw tailLost(stream, version, anchor)
  return version
}

async function* allStreams(driver: Driver): AsyncGenerator<string> {
  let after = ''
  for (;;) {
    const page = await driver.streams(after, PAGE_STREAMS)
    yield* page
    const last = page.at(-1)
    if (last === undefined) return
    after = last
  }
}
