import type { Driver } from './driver.js'
import { EventStoreError } from './errors.js'
import type { StoredEvent } from './event-store.js'
import { readStream } from './read-range.js'

/**
 * Hands over a stream's events from a version on until the signal is aborted. Nothing is queued: a word of change only
 * wakes the loop, which reads on from the last event that was handed over, so that there are no gaps and no doubles.
 */
export async function follow(
  driver: Driver,
  stream: string,
  fromVersion: number,
  handler: (event: StoredEvent) => void | Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const bell = new Bell()
  const ring = () => bell.ring()
  signal.addEventListener('abort', ring)
  const stopWatching = driver.watch(ring)
  try {
    let next = fromVersion
    while (!signal.aborted) {
      // Armed before the read: what is appended while it runs rings for the next round.
      const rung = bell.next()
      const { version } = await driver.head(stream)
      if (version >= next) {
        for await (const event of readStream(driver, stream, { first: next, last: version, backward: false })) {
          if (signal.aborted) return
          await handler(event)
        }
        next = version + 1
      }
      await rung
    }
  } catch (error) {
    // The store was disposed between two steps: the end of the subscription, not a failure.
    if (!(signal.aborted && error instanceof EventStoreError && error.code === 'EVENTSTORE_CLOSED')) throw error
  } finally {
    stopWatching()
    signal.removeEventListener('abort', ring)
  }
}

/** A promise for the next ring; rings that nobody waits for fall together into one. */
class Bell {
  #waiting = Promise.withResolvers<void>()

  next(): Promise<void> {
    this.#waiting = Promise.withResolvers()
    return this.#waiting.promise
  }

  ring(): void {
    this.#waiting.resolve()
  }
}
