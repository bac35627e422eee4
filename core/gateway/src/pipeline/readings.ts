/** The further readings of a body, each in a spool of its own while it is looked at, and never two at a time. */
import type { Reading, Transfer } from '@fsigk/plugin-api'
import { fail } from '../errors.js'
import { Spool, type SpoolFolder } from '../spool.js'
import type { Deadline } from './deadline.js'

/** More parts than anyone sends in one body in earnest. */
export const MAX_READINGS = 1000

/** Of all readings of one content together: readings may overlap, and so be many times their body. */
const MAX_BYTES = 8_589_934_592

/** A reading with its bytes. The spool is released when the next one is asked for. */
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
  deadline: Deadline,
): AsyncGenerator<HeldReading> {
  const { signal } = deadline
  let count = 0
  let bytes = 0
  for await (const reading of readings(content, signal)) {
    signal.throwIfAborted()
    if (++count > MAX_READINGS) throw fail('FSIGK_READINGS_TOO_MANY', [MAX_READINGS])
    const spool = new Spool(folder, reading.name, reading.type)
    try {
      await fill(spool, reading, MAX_BYTES - bytes, signal)
      bytes += spool.bytes
      yield { reading, spool }
    } finally {
      await spool.release()
    }
  }
}

async function fill(spool: Spool, { body }: Reading, maxBytes: number, signal: AbortSignal): Promise<void> {
  for await (const chunk of body) {
    signal.throwIfAborted()
    if (spool.bytes + chunk.length > maxBytes) throw fail('FSIGK_READINGS_TOO_LARGE', [MAX_BYTES])
    await spool.write(chunk)
  }
  await spool.finish()
}
