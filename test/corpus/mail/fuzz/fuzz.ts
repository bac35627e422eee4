/** Mutations of mails, read by the walker, by Python's email package and by mailparser, and what the walker misses. */
import { allReadings, type Found } from '../all-readings.js'
import { oddMails } from '../odd-mails.js'
import { Given } from './escaped.js'
import { madeMail } from './made-mails.js'
import { readByMailparser } from './mailparser-reader.js'
import { mutated } from './mutations.js'
import { PythonReader } from './python-reader.js'
import { Random } from './random.js'

export interface Miss {
  readonly mail: Buffer
  /** Which mutation of the run it is. */
  readonly number: number
  readonly by: 'python' | 'mailparser' | 'error' | 'time'
  readonly what: string
}

export interface FuzzReport {
  readonly misses: readonly Miss[]
  /** How many payloads the others extracted. */
  readonly compared: number
  /** Mails beyond the walker's bounds. */
  readonly faults: number
  readonly slowestMs: number
}

const MADE = 400
const BATCH = 100
const MAX_MS = 1000
/** More tell nothing new. */
const MAX_MISSES = 20

/** @param signal ends it early */
export async function fuzz(seed: number, mutations: number, signal?: AbortSignal): Promise<FuzzReport> {
  const random = new Random(seed)
  const mails = [
    ...Array.from({ length: MADE }, () => madeMail(random)),
    ...oddMails.map(({ message }) => message).filter(({ length }) => length < 8_000),
  ]
  await using python = new PythonReader()
  const run = new Run()
  for (let done = 0; done < mutations && signal?.aborted !== true && run.misses.length < MAX_MISSES; done += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, mutations - done) }, () =>
      mutated(random.pick(mails), random, random.pick(mails)),
    )
    python.send(batch)
    for (const [at, mail] of batch.entries()) await run.compare(mail, done + at, python)
  }
  return run
}

class Run implements FuzzReport {
  readonly misses: Miss[] = []
  compared = 0
  faults = 0
  slowestMs = 0

  async compare(mail: Buffer, number: number, python: PythonReader): Promise<void> {
    const miss = (by: Miss['by'], what: string): void => {
      this.misses.push({ mail, number, by, what })
    }
    const found = await this.#read(mail, miss)
    const { files, words } = await readByMailparser(mail)
    const payloads = await python.payloads()
    if (found === undefined) return
    if (found.fault !== undefined) this.faults++
    // What is refused or cannot be called clean does not escape.
    if (found.fault !== undefined || found.threats.length > 0) return
    const given = new Given(found)
    this.compared += files.length + words.length + payloads.length
    for (const payload of payloads) if (!given.has(payload)) miss('python', shown(payload))
    for (const file of files) if (!given.hasAscii(file)) miss('mailparser', shown(file))
    for (const word of words) if (!given.has(Buffer.from(word))) miss('mailparser', word)
  }

  async #read(mail: Buffer, miss: (by: Miss['by'], what: string) => void): Promise<Found | undefined> {
    // Of processor time: what else runs on the machine is not the walker's.
    const before = process.cpuUsage()
    try {
      return await allReadings(mail)
    } catch (error) {
      miss('error', error instanceof Error ? (error.stack ?? error.message) : String(error))
      return undefined
    } finally {
      const { user, system } = process.cpuUsage(before)
      const ms = (user + system) / 1000
      this.slowestMs = Math.max(this.slowestMs, ms)
      if (ms > MAX_MS) miss('time', `${Math.round(ms)} ms`)
    }
  }
}

/** For whoever mends it. */
export function told({ mail, number, by, what }: Miss): string {
  return `mutation ${number}, ${by}: ${what}\n${JSON.stringify(mail.toString('latin1'))}`
}

function shown(bytes: Buffer): string {
  return JSON.stringify(bytes.toString('latin1').slice(0, 200))
}
