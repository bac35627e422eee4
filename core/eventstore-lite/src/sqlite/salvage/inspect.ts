/**
 * What state a store is in, found from its bytes and from what SQLite and the head file say of them; also when none of
 * them can be opened any more. Changes nothing. The store must not be in use.
 */
import { readFileSync, rmSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { EventStoreError, failure, StoreDamaged } from '../../errors.js'
import { type HeadLines, parseHeadLines } from '../head-lines.js'
import { hasTables } from '../schema.js'
import { explain } from '../sqlite-failure.js'
import { headOf, indexOf, keptLogOf, logOf } from '../store-paths.js'
import { chainsOf, type SalvagedStream } from './chains.js'
import { findEvents } from './find-events.js'
import { PageImages } from './page-images.js'

const MAGIC = 'SQLite format 3\0'

/** A stream as far as it is whole. */
export interface StreamCondition {
  readonly stream: string
  /** Its whole events: versions 1 to n. */
  readonly events: number
  /** Where it breaks, and how. */
  readonly break?: { readonly version: number; readonly reason: string }
  /** Events beyond that were found and can be read, whole or not. */
  readonly cut: number
  /** How many events there once were, as far as anything tells. */
  readonly once: number
}

export interface StoreCondition {
  readonly whole: boolean
  readonly streams: readonly StreamCondition[]
  /** What is wrong with the store file itself. */
  readonly fileProblem?: string
  /** What is wrong with the head file. */
  readonly headProblem?: string
}

/** A condition together with what is left; to be disposed. */
export interface Inspection extends Disposable {
  readonly condition: StoreCondition
  readonly images: PageImages
  readonly streams: readonly SalvagedStream[]
}

/**
 * @throws EventStoreError `EVENTSTORE_UNAVAILABLE` when there is nothing, `EVENTSTORE_SCHEMA_NEWER`,
 *   `EVENTSTORE_FOREIGN_FILE`
 */
export function inspect(file: string): Inspection {
  const there = statSync(file, { throwIfNoEntry: false }) !== undefined
  const head = readHead(headOf(file))
  if (!there && head.lines === undefined && head.problem === undefined)
    throw failure('EVENTSTORE_UNAVAILABLE', [file, 'it is not there'])
  const database = there ? askDatabase(file) : { heads: undefined, problem: `'${basename(file)}' is missing` }
  const images = new PageImages(file, [keptLogOf(file), logOf(file)])
  const anchors = head.lines?.anchors ?? new Map()
  const streams = chainsOf(findEvents(images), anchors).map((stream) => committed(stream, database.heads, head.lines))
  if (database.foreign === true && streams.every(({ kept }) => kept.length === 0)) {
    images[Symbol.dispose]()
    throw failure('EVENTSTORE_FOREIGN_FILE', [file])
  }
  const condition = conditionOf(streams, head, database, fileProblem(file, images, database))
  return { condition, images, streams, [Symbol.dispose]: () => images[Symbol.dispose]() }
}

interface HeadFound {
  readonly lines?: HeadLines
  readonly problem?: string
}

function readHead(path: string): HeadFound {
  try {
    return { lines: parseHeadLines(readFileSync(path, 'utf8'), basename(path)) }
  } catch (error) {
    if (error instanceof StoreDamaged) return { problem: error.reason }
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw error
  }
}

interface DatabaseFound {
  /** The last version of each stream that SQLite finds; undefined when it finds nothing any more. */
  readonly heads: ReadonlyMap<string, number> | undefined
  readonly problem?: string
  readonly foreign?: boolean
}

function askDatabase(file: string): DatabaseFound {
  // Reading makes a log where there is none, and leaves it.
  const hadLog = statSync(logOf(file), { throwIfNoEntry: false }) !== undefined
  try {
    const database = new DatabaseSync(file, { readOnly: true })
    try {
      if (!hasTables(database, file)) return { heads: new Map() }
      const rows = database.prepare('SELECT stream, max(version) AS version FROM events GROUP BY stream').all()
      const heads = new Map(rows.map(({ stream, version }) => [String(stream), Number(version)]))
      const [said] = database.prepare('PRAGMA integrity_check(1)').all()
      const verdict = String(said?.['integrity_check'])
      return verdict === 'ok' ? { heads } : { heads, problem: `SQLite says: ${verdict.replaceAll(/\s+/g, ' ').trim()}` }
    } finally {
      database.close()
      if (!hadLog && statSync(logOf(file), { throwIfNoEntry: false })?.size === 0)
        for (const left of [logOf(file), indexOf(file)]) rmSync(left, { force: true })
    }
  } catch (error) {
    const explained = explain(error, file, 0)
    if (explained instanceof StoreDamaged) return { heads: undefined, problem: explained.reason }
    if (explained instanceof EventStoreError && explained.code === 'EVENTSTORE_FOREIGN_FILE')
      return { heads: undefined, problem: `'${basename(file)}' does not say that it is an event store`, foreign: true }
    throw explained
  }
}

/** What the file's own bytes tell is said first: it is what happened, where SQLite says what it stumbled over. */
function fileProblem(file: string, images: PageImages, database: DatabaseFound): string | undefined {
  const { pagesPromised, pagesThere } = images
  if (database.problem === undefined) return undefined
  if (images.header().toString('latin1', 0, MAGIC.length) !== MAGIC && pagesThere > 0)
    return `the header of '${basename(file)}' is damaged`
  if (pagesThere < pagesPromised)
    return `'${basename(file)}' ends too early: ${pagesThere} of its ${pagesPromised} pages are there`
  return database.problem
}

/**
 * Leaves out what neither SQLite nor the head file says was stored: events of a commit that was never finished, and what a
 * log that was kept of an earlier damage still holds.
 */
function committed(
  stream: SalvagedStream,
  heads: ReadonlyMap<string, number> | undefined,
  head: HeadLines | undefined,
): SalvagedStream {
  if (heads === undefined) return stream
  const last = Math.max(heads.get(stream.stream) ?? 0, head?.anchors.get(stream.stream)?.version ?? 0)
  return stream.kept.length < last ? stream : { ...stream, kept: stream.kept.slice(0, last), break: undefined }
}

function conditionOf(
  salvaged: readonly SalvagedStream[],
  head: HeadFound,
  database: DatabaseFound,
  wrongFile: string | undefined,
): StoreCondition {
  const streams = salvaged.map((each) => streamCondition(each, head.lines))
  const { heads } = database
  const broken = streams.some((each) => each.break !== undefined)
  const unseen = streams.find(
    ({ stream, events }) => events > (heads === undefined ? events : (heads.get(stream) ?? 0)),
  )
  const wrong =
    wrongFile ??
    (unseen === undefined ? undefined : `SQLite does not find the last events of stream '${unseen.stream}' any more`)
  const wrongHead = headProblem(streams, head)
  return {
    whole: !broken && wrong === undefined && wrongHead === undefined,
    streams,
    ...(wrong !== undefined && { fileProblem: wrong }),
    ...(wrongHead !== undefined && { headProblem: wrongHead }),
  }
}

function streamCondition(
  { stream, kept, cut, break: reason }: SalvagedStream,
  head: HeadLines | undefined,
): StreamCondition {
  const known = head?.anchors.get(stream)?.version ?? 0
  const once = Math.max(kept.length, known, ...cut.filter(({ sound }) => sound).map(({ version }) => version))
  return {
    stream,
    events: kept.length,
    ...(reason !== undefined && { break: { version: kept.length + 1, reason } }),
    cut: cut.length,
    once,
  }
}

/** A crash may leave one append that the head file does not know; more than one means that it is of another day. */
function headProblem(streams: readonly StreamCondition[], { lines, problem }: HeadFound): string | undefined {
  if (problem !== undefined) return problem
  if (lines === undefined)
    return streams.length === 0 ? undefined : 'the head file is missing, so that lost events would not be noticed'
  for (const { stream, events, break: broken } of streams) {
    const known = lines.anchors.get(stream)?.version ?? 0
    if (known > events && broken?.reason.startsWith('the last events are lost') === true)
      return `the head file is newer than the store: it knows ${known} events of stream '${stream}', of which ${events} are there`
    const told = lines.reserved.some((line) => line.stream === stream && line.version === events)
    if (events > known + 1 && !told)
      return `the head file is older than the store: it knows ${known} events of stream '${stream}', of which there are ${events}`
  }
  return undefined
}
