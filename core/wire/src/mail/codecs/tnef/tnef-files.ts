import { WireFault } from '../../../wire-fault.js'
import { ByteCursor } from './byte-cursor.js'
import { CompressedRtf } from './compressed-rtf.js'
import { type TnefEntry, TnefIndex } from './tnef-index.js'

/** A file in a TNEF, or a body of the message there. */
export interface TnefFile {
  /** Every name that it is given, decoded; none for a body. */
  readonly names: readonly string[]
  /** What the sender says that it is; of a body `text/plain`, `text/html` or `text/rtf`. */
  readonly type: string
  /** Read to its end before the next file is asked for. */
  readonly body: AsyncIterable<Buffer>
}

/** Longer pieces of a stream are read in several. */
const PIECE_BYTES = 65_536

/**
 * The files of a TNEF stream (`winmail.dat`, MS-OXTNEF), those in messages inside it too, and its bodies. Read twice,
 * since names stand behind what they name; nothing is held but names and places, of at most 1,000 files.
 *
 * @throws WireFault where it is malformed or ends too soon, once everything is given that was found before that
 */
export async function* tnefFiles(content: { open(): AsyncIterable<Buffer> }): AsyncGenerator<TnefFile> {
  const { entries, fault } = await indexed(content.open())
  const cursor = new ByteCursor(content.open())
  try {
    for (const entry of entries) {
      await cursor.goTo(entry.offset)
      yield { names: entry.names, type: entry.type, body: bodyOf(cursor, entry) }
      if (cursor.offset < entry.offset + entry.bytes && fault !== undefined) break
    }
  } finally {
    await cursor.close()
  }
  if (fault !== undefined) throw fault
}

async function indexed(bytes: AsyncIterable<Buffer>): Promise<{ entries: readonly TnefEntry[]; fault?: WireFault }> {
  const cursor = new ByteCursor(bytes)
  const index = new TnefIndex(cursor)
  try {
    await index.read()
  } catch (cause) {
    if (!(cause instanceof WireFault)) throw cause
    return { entries: index.entries, fault: new WireFault(`TNEF: ${cause.message}`, { cause }) }
  } finally {
    await cursor.close()
  }
  return { entries: index.entries }
}

async function* bodyOf(cursor: ByteCursor, entry: TnefEntry): AsyncGenerator<Buffer> {
  const end = entry.offset + entry.bytes
  const rtf = entry.isCompressedRtf ? new CompressedRtf() : undefined
  while (cursor.offset < end) {
    const piece = await cursor.some(Math.min(PIECE_BYTES, end - cursor.offset))
    if (piece === undefined) return
    const bytes = rtf?.push(piece) ?? piece
    if (bytes.length > 0) yield bytes
  }
}
