/** A mail as every reader may take it apart. */

import { WireFault } from '../wire-fault.js'
import { Bounds } from './bounds.js'
import type { MailReading, MailReadingOptions } from './mail-reading.js'
import { Skeleton } from './skeleton.js'
import type { Openable } from './source.js'
import { walk } from './walk.js'
import { within } from './within.js'

/**
 * The parts of a mail (RFC 5322, RFC 2045–2049, RFC 2231) as any reader would show or save them, where readers differ all
 * of them, one after the other, each body once and before the next is asked for. Where nothing is to be left out the last is the
 * mail itself as it came, without the files in it that every reader decodes alike.
 *
 * @param content opened again for every further way to read it
 * @param signal aborted when nobody waits for them any more
 * @throws WireFault for what is beyond the bounds, and so cannot be called clean; the signal's reason
 */
export async function* mailReadings(
  content: Openable,
  signal: AbortSignal,
  options: MailReadingOptions,
): AsyncIterable<MailReading> {
  const skeleton = new Skeleton(content)
  const isWhole = options.text && options.wholeHtml
  try {
    yield* walk(
      content,
      undefined,
      { options, bounds: new Bounds(), depth: 0, boundaries: [], within, skeleton },
      signal,
    )
  } catch (error) {
    // What cannot be taken apart may be known for what it is all the same.
    skeleton.attachAll()
    if (isWhole && error instanceof WireFault) yield skeleton.reading()
    throw error
  }
  if (isWhole) yield skeleton.reading()
}
