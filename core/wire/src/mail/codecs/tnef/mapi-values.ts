/** The properties of a MAPI object as TNEF writes them (MS-OXTNEF, 2.1.3.4). */
import { WireFault } from '../../../wire-fault.js'
import type { ByteCursor } from './byte-cursor.js'

/** A value of no fixed length, which begins where the cursor stands. */
export interface MapiValue {
  readonly property: number
  readonly bytes: number
  readonly isUnicode: boolean
  readonly isObject: boolean
}

const MAX_PROPERTIES = 5_000

const MULTIPLE = 0x1000
const OBJECT = 0x0d
const STRING = 0x1e
const UNICODE = 0x1f
const BINARY = 0x102

/** Bytes that a value of a fixed length takes, padded to four. */
const fixedBytes: Readonly<Record<number, number>> = {
  1: 0,
  2: 4,
  3: 4,
  4: 4,
  5: 8,
  6: 8,
  7: 8,
  10: 4,
  11: 4,
  20: 8,
  64: 8,
  72: 16,
}

/** Numbers of properties from here on stand for a name, which comes with them. */
const FIRST_NAMED = 0x8000

/**
 * Values of no fixed length, in order; the cursor may be moved on inside each before the next is asked for.
 *
 * @param end where the properties end, bytes behind the beginning of the cursor's stream
 * @throws WireFault when malformed
 */
export async function* mapiValues(cursor: ByteCursor, end: number): AsyncGenerator<MapiValue> {
  const count = await cursor.uint32()
  if (count > MAX_PROPERTIES) throw new WireFault(`${count} properties of one object`)
  for (let read = 0; read < count; read++) {
    const type = await cursor.uint16()
    const property = await cursor.uint16()
    if (property >= FIRST_NAMED) await passName(cursor)
    const isVariable = [OBJECT, STRING, UNICODE, BINARY].includes(type & ~MULTIPLE)
    const values = isVariable || type & MULTIPLE ? await cursor.uint32() : 1
    if (values > MAX_PROPERTIES) throw new WireFault(`${values} values of one property`)
    if (!isVariable) {
      const bytes = fixedBytes[type & ~MULTIPLE]
      if (bytes === undefined) throw new WireFault(`a property of type ${type}`)
      await cursor.goTo(cursor.offset + values * bytes)
      continue
    }
    for (let value = 0; value < values; value++) {
      const bytes = await cursor.uint32()
      const valueEnd = cursor.offset + bytes
      yield { property, bytes, isUnicode: (type & ~MULTIPLE) === UNICODE, isObject: (type & ~MULTIPLE) === OBJECT }
      await cursor.goTo(valueEnd)
      // The last one's padding may be missing.
      await cursor.goTo(Math.min(valueEnd + padding(bytes), Math.max(end, valueEnd)))
    }
  }
}

async function passName(cursor: ByteCursor): Promise<void> {
  await cursor.bytes(16)
  if ((await cursor.uint32()) === 0) {
    await cursor.uint32()
    return
  }
  const bytes = await cursor.uint32()
  await cursor.goTo(cursor.offset + bytes + padding(bytes))
}

function padding(bytes: number): number {
  return (4 - (bytes % 4)) % 4
}
