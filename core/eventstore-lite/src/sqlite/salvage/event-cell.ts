/** Reads a row of the table `events` from the bytes of a page: sqlite.org/fileformat2.html, 1.6 and 2.1. Never throws. */
import type { EventRecord } from '../../driver.js'

/** `data` and `meta` of 16 MiB each, and room for the rest. */
const MAX_PAYLOAD_BYTES = 33 * 1024 * 1024
/** Two hashes of 64 characters alone are more. */
const MIN_PAYLOAD_BYTES = 128
const COLUMNS = 9

/** Hands out pages that a long row goes on in. */
export type OverflowPage = (number: number) => Buffer | undefined

/**
 * @param at where the cell begins in the page
 * @returns undefined when no such row stands there; whether it is unchanged, its hash tells
 */
export function readEventCell(page: Buffer, at: number, overflow: OverflowPage): EventRecord | undefined {
  const length = readVarint(page, at)
  if (length === undefined || length.value < MIN_PAYLOAD_BYTES || length.value > MAX_PAYLOAD_BYTES) return undefined
  const rowid = readVarint(page, length.next)
  if (rowid === undefined) return undefined
  // Before anything is gathered: the record's header, and `position`, which is kept as the row's number alone.
  const headerBytes = page[rowid.next] ?? 0
  if (headerBytes < COLUMNS + 1 || headerBytes > 64 || page[rowid.next + 1] !== 0) return undefined
  const payload = readPayload(page, rowid.next, length.value, overflow)
  return payload && readRecord(payload, rowid.value)
}

function readPayload(page: Buffer, at: number, length: number, overflow: OverflowPage): Buffer | undefined {
  const local = localBytes(page.length, length)
  if (at + local > page.length) return undefined
  if (local === length) return page.subarray(at, at + length)
  const parts = [page.subarray(at, at + local)]
  if (at + local + 4 > page.length) return undefined
  let missing = length - local
  let next = page.readUInt32BE(at + local)
  while (missing > 0) {
    const more = overflow(next)
    if (more === undefined) return undefined
    const part = more.subarray(4, 4 + missing)
    parts.push(part)
    missing -= part.length
    next = more.readUInt32BE(0)
  }
  return Buffer.concat(parts)
}

/** How much of a payload stands in the page itself (1.6, "local"). */
function localBytes(usable: number, length: number): number {
  const most = usable - 35
  if (length <= most) return length
  const least = Math.floor(((usable - 12) * 32) / 255) - 23
  const fitting = least + ((length - least) % (usable - 4))
  return fitting <= most ? fitting : least
}

function readRecord(payload: Buffer, position: number): EventRecord | undefined {
  const values = readValues(payload)
  if (values?.length !== COLUMNS) return undefined
  const [, stream, version, type, schema, data, meta, previousHash, hash] = values
  if (typeof stream !== 'string' || typeof version !== 'number' || typeof type !== 'string') return undefined
  if (typeof schema !== 'number' || typeof data !== 'string' || typeof meta !== 'string') return undefined
  if (typeof previousHash !== 'string' || typeof hash !== 'string' || hash.length !== 64) return undefined
  return { position, stream, version, type, schema, data, meta, previousHash, hash }
}

function readValues(payload: Buffer): readonly (string | number | null)[] | undefined {
  const header = readVarint(payload, 0)
  if (header === undefined || header.value > payload.length) return undefined
  const values: (string | number | null)[] = []
  let body = header.value
  for (let at = header.next; at < header.value; ) {
    const serial = readVarint(payload, at)
    if (serial === undefined || serial.next > header.value) return undefined
    at = serial.next
    const bytes = valueBytes(serial.value)
    if (bytes === undefined || body + bytes > payload.length) return undefined
    values.push(decoded(serial.value, payload.subarray(body, body + bytes)))
    body += bytes
  }
  return body === payload.length ? values : undefined
}

/** Of NULL, integers and texts, which is all that our rows hold; undefined for the others. */
function valueBytes(serial: number): number | undefined {
  if (serial >= 13) return serial % 2 === 1 ? (serial - 13) / 2 : undefined
  return [0, 1, 2, 3, 4, 6, 8, undefined, 0, 0][serial]
}

function decoded(serial: number, bytes: Buffer): string | number | null {
  if (serial >= 13) return bytes.toString('utf8')
  if (serial === 0) return null
  if (serial >= 8) return serial - 8
  return bytes.length === 8 ? Number(bytes.readBigInt64BE()) : bytes.readIntBE(0, bytes.length)
}

function readVarint(bytes: Buffer, at: number): { readonly value: number; readonly next: number } | undefined {
  let value = 0
  for (let index = 0; index < 9; index += 1) {
    const byte = bytes[at + index]
    if (byte === undefined) return undefined
    if (index === 8) return { value: value * 256 + byte, next: at + 9 }
    value = value * 128 + (byte & 0x7f)
    if (byte < 0x80) return { value, next: at + index + 1 }
  }
  return undefined
}
