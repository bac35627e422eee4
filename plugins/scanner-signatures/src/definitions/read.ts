/**
 * Reads all signature files into one set: the shipped ones first, then those of the site. A line that breaks a rule is
 * reported and left out; a file that cannot be read is an error, so that a set is never in force by halves.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import { fail } from '../errors.js'
import { Definitions, SignatureSet } from './definitions.js'
import { parseLine } from './parse.js'

const MAX_FILES = 1000
const MAX_FILE_BYTES = 64 * 1024 * 1024
const LINES_A_TURN = 4096
/** A file of another kind by mistake would fill the log otherwise; the rest is counted. */
const MAX_PROBLEMS = 100

/** A line that was left out. */
export interface Problem {
  readonly file: string
  /** 1-based. */
  readonly line: number
  readonly rule: string
}

export interface Loaded {
  readonly definitions: Definitions
  readonly signatures: number
  readonly files: readonly string[]
  /** The first 100 of them. */
  readonly problems: readonly Problem[]
  readonly problemCount: number
}

export interface SignatureFolders {
  readonly shipped: string
  /** May be missing. */
  readonly site: string
}

/** @throws FSIGK_SIGNATURES_UNREADABLE, or the signal's reason */
export async function readDefinitions(folders: SignatureFolders, signal: AbortSignal): Promise<Loaded> {
  const reading = new Reading(signal)
  const shipped = await listFiles(folders.shipped)
  if (shipped.length === 0) throw fail('FSIGK_SIGNATURES_UNREADABLE', [folders.shipped, 'it holds no *.sig file'])
  for (const file of shipped) await reading.read(file)
  const version = reading.version ?? 'unversioned'

  const site = await listFiles(folders.site)
  const digest = createHash('sha256')
  let changed = new Date(0)
  for (const file of site) {
    const { bytes, modified } = await reading.read(file)
    digest.update(`${basename(file)}\n${bytes.length}\n`).update(bytes)
    if (modified > changed) changed = modified
  }
  const ofSite =
    site.length === 0 ? '' : `, site ${digest.digest('hex').slice(0, 8)} of ${changed.toISOString().slice(0, 10)}`
  const { set } = reading
  const label = `baseline ${version}${ofSite}, ${set.count} ${set.count === 1 ? 'signature' : 'signatures'}`
  return {
    definitions: new Definitions(label, set),
    signatures: set.count,
    files: [...shipped, ...site],
    problems: reading.problems,
    problemCount: reading.problemCount,
  }
}

class Reading {
  readonly set = new SignatureSet()
  readonly problems: Problem[] = []
  problemCount = 0
  /** The last one that a file named. */
  version: string | undefined

  constructor(private readonly signal: AbortSignal) {}

  async read(file: string): Promise<{ readonly bytes: Buffer; readonly modified: Date }> {
    const { bytes, modified } = await readRegularFile(file, this.signal)
    const text = bytes.toString('utf8').replace(/^\ufeff/, '')
    let number = 0
    for (let from = 0; from < text.length; ) {
      const end = text.indexOf('\n', from)
      this.#take(file, ++number, text.slice(from, end === -1 ? undefined : end))
      from = end === -1 ? text.length : end + 1
      if (number % LINES_A_TURN === 0) await eventLoopTurn(undefined, { signal: this.signal })
    }
    return { bytes, modified }
  }

  #take(file: string, number: number, text: string): void {
    const line = parseLine(text)
    if (line.is === 'version') this.version = line.version
    const rule = line.is === 'broken' ? line.rule : line.is === 'signature' ? this.set.add(line.signature) : undefined
    if (rule === undefined) return
    this.problemCount++
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ file, line: number, rule })
  }
}

/** The `*.sig` files of a folder by name; none when it does not exist. */
async function listFiles(folder: string): Promise<readonly string[]> {
  let names: readonly string[]
  try {
    names = await readdir(folder)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw unreadable(folder, cause)
  }
  const files = names.filter((name) => name.endsWith('.sig') && !name.startsWith('.')).sort()
  if (files.length > MAX_FILES) {
    throw fail('FSIGK_SIGNATURES_UNREADABLE', [folder, `it holds more than ${MAX_FILES} files`])
  }
  return files.map((name) => join(folder, name))
}

async function readRegularFile(file: string, signal: AbortSignal): Promise<{ bytes: Buffer; modified: Date }> {
  try {
    // Asked before it is opened: opening a named pipe would wait for its writer.
    const found = await stat(file)
    if (!found.isFile()) throw fail('FSIGK_SIGNATURES_UNREADABLE', [file, 'it is not a regular file'])
    if (found.size > MAX_FILE_BYTES) {
      throw fail('FSIGK_SIGNATURES_UNREADABLE', [file, `it is larger than ${MAX_FILE_BYTES} bytes`])
    }
    return { bytes: await readFile(file, { signal }), modified: found.mtime }
  } catch (cause) {
    signal.throwIfAborted()
    throw unreadable(file, cause)
  }
}

function unreadable(path: string, cause: unknown): Error {
  if (!(cause instanceof Error) || !('syscall' in cause)) return cause as Error
  return fail('FSIGK_SIGNATURES_UNREADABLE', [path, cause.message], { cause })
}
