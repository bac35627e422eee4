/** The further readings of a body, each in a spool of its own while it is looked at. */
import type { Reading, Transfer } from '@fsigk/plugin-api'
import { fail } from '../errors.js'
import { Spool, type SpoolFolder } from '../spool.js'
import type { Deadline } from './deadline.js'

/**
 * More parts than anyone sends in one body in earnest. Forms of large tables have thousands of fields (decision 118). They are
 * looked at a few at a time, so what they cost together is time, which the deadline bounds.
 */
const MAX_READINGS = 10_000
const MAX_READINGS_OF_MAIL = 1000

/** Of all readings of one body together: readings may overlap, and so be many times their body. */
const MAX_BYTES = 8_589_934_592

/** How many readings of one body there were, with those within them. */
export class ReadingBounds {
  readonly #most: number
  #count = 0
  #bytes = 0

  constructor(isMail: boolean) {
    this.#most = isMail ? MAX_READINGS_OF_MAIL : MAX_READINGS
  }

  /** @throws FSIGK_READINGS_TOO_MANY */
  next(): void {
    this.#count += 1
    if (this.#count > this.#most) throw fail('FSIGK_READINGS_TOO_MANY', [this.#most])
  }

  /** @throws FSIGK_READINGS_TOO_LARGE */
  take(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes > MAX_BYTES) throw fail('FSIGK_READINGS_TOO_LARGE', [MAX_BYTES])
  }
}

/** A reading with its bytes. Whoever takes it releases the spool. */
export interface HeldReading {
  readonly reading: Reading
  readonly spool: Spool
}

/**
 * Holds one reading after the other.
 *
 * @param folder for spools that do not fit into memory
 * @throws what the readings throw, FSIGK_READINGS_TOO_MANY, FSIGK_READINGS_TOO_LARGE, and what a spool throws
 */
export async function* heldReadings(
  content: Spool,
  readings: NonNullable<Transfer['readings']>,
  folder: SpoolFolder,
  { signal }: Deadline,
  bounds: ReadingBounds,
): AsyncGenerator<HeldReading> {
  for await (const reading of readings(content, signal)) {
    signal.throwIfAborted()
    // What stands for the body itself is none of its parts, and looked at however many of these there were.
    if (reading.isSkeleton !== true) bounds.next()
    const spool = new Spool(folder, reading.name, reading.type)
    try {
      await fill(spool, reading, bounds, signal)
    } catch (error) {
      await spool.release()
      throw error
    }
    yield { reading, spool }
  }
}

async function fill(spool: Spool, { body }: Reading, bounds: ReadingBounds, signal: AbortSignal): Promise<void> {
  for await (const chunk of body) {
    signal.throwIfAborted()
    bounds.take(chunk.length)
    await spool.write(chunk)
  }
  await spool.finish()
}
