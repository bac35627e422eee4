/** Finds every event whose bytes are still somewhere in the files of a store, whatever has become of the rest. */
import { eventHash } from '../../chain.js'
import type { EventRecord } from '../../driver.js'
import { readEventCell } from './event-cell.js'
import type { PageImage, PageImages, Place } from './page-images.js'

const TABLE_LEAF = 0x0d
/** Pages that hold no rows of a table: inner pages, and those of indexes. */
const OTHER_TREE_PAGES = new Set([0x02, 0x05, 0x0a])
const LEAF_HEADER_BYTES = 8

/** An event that was found, without its contents, which may be large. */
export interface FoundEvent {
  readonly stream: string
  readonly version: number
  readonly position: number
  readonly previousHash: string
  readonly hash: string
  /** Whether it is as it was stored. */
  readonly sound: boolean
  readonly page: Place
  readonly number: number
  readonly cell: number
}

/** All sound events, some perhaps more than once, and the rows that do not match their hash any more. */
export function* findEvents(images: PageImages): Generator<FoundEvent> {
  for (const image of images.all()) {
    const offsets = cellOffsets(image)
    let unread = offsets === undefined
    for (const cell of offsets ?? []) {
      const found = foundAt(images, image, cell)
      if (found !== undefined) yield found
      if (found?.sound !== true) unread = true
    }
    // A page whose own list of rows is damaged is searched from byte to byte; there, only a right hash makes an event.
    if (unread && holdsMoreThanZeros(image.bytes)) yield* search(images, image)
  }
}

/** The contents of an event that was found. */
export function readFound(images: PageImages, { page, number, cell }: FoundEvent): EventRecord {
  const image = images.at(page, number)
  const record = readEventCell(image.bytes, cell, (overflow) => images.pageAsOf(overflow, image.place))
  if (record === undefined) throw new Error(`page ${number} has changed while it was read`)
  return record
}

function foundAt(images: PageImages, image: PageImage, cell: number): FoundEvent | undefined {
  const record = readEventCell(image.bytes, cell, (number) => images.pageAsOf(number, image.place))
  if (record === undefined) return undefined
  const { stream, version, position, previousHash, hash } = record
  const sound = eventHash(record) === hash
  return { stream, version, position, previousHash, hash, sound, page: image.place, number: image.number, cell }
}

/** Where the rows of a page begin, by its own list; undefined when it has none that can be right, or is none of ours. */
function cellOffsets({ number, bytes }: PageImage): readonly number[] | undefined {
  // The first page describes the tables.
  if (number === 1) return []
  const type = bytes[0] ?? 0
  if (OTHER_TREE_PAGES.has(type)) return []
  if (type !== TABLE_LEAF) return undefined
  const count = bytes.readUInt16BE(3)
  if (LEAF_HEADER_BYTES + 2 * count > bytes.length) return undefined
  return Array.from({ length: count }, (_, index) => bytes.readUInt16BE(LEAF_HEADER_BYTES + 2 * index))
}

function* search(images: PageImages, image: PageImage): Generator<FoundEvent> {
  for (let cell = LEAF_HEADER_BYTES; cell < image.bytes.length; cell += 1) {
    const found = foundAt(images, image, cell)
    if (found?.sound === true) yield found
  }
}

function holdsMoreThanZeros(bytes: Buffer): boolean {
  return bytes.some((byte) => byte !== 0)
}
