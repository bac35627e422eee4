/** Keeps the facts of detections, refusals and errors in files beside the logs of a service, bounded in age and size. */
import { appendFile, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DecisionRecord } from './decision-record.js'

/** A worker keeps two files of this size at most. */
export const MAX_FILE_BYTES = 8 * 1024 * 1024
export const MAX_AGE_DAYS = 30
/** So many wait for a slow disk; what comes beyond is not kept. */
const MAX_WAITING_BYTES = 1024 * 1024
const MAX_TEXT_CHARACTERS = 2_000
const MODE = 0o640

const FILE = /^decisions\.\d+\.jsonl(\.1)?$/

export function isDecisionFile(name: string): boolean {
  return FILE.test(name)
}

export class DecisionLog {
  readonly #path: string
  #waiting: string[] = []
  #waitingBytes = 0
  #writing: Promise<void> | undefined

  /**
   * @param folder of the service's logs
   * @param worker its number: workers do not write into each other's files
   * @param onFault told when facts could not be kept; what they are about goes on
   */
  constructor(
    folder: string,
    worker: number,
    private readonly onFault: (error: unknown) => void,
  ) {
    this.#path = join(folder, `decisions.${worker}.jsonl`)
  }

  /** Returns at once; it is on its way to the disk. */
  record(record: DecisionRecord): void {
    const line = `${JSON.stringify(record, shortened)}\n`
    if (this.#waitingBytes + line.length > MAX_WAITING_BYTES) return
    this.#waiting.push(line)
    this.#waitingBytes += line.length
    this.#writing ??= this.#write()
  }

  /** Resolves when all is written. */
  async flush(): Promise<void> {
    await this.#writing
  }

  async #write(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const text = this.#waiting.splice(0).join('')
        this.#waitingBytes = 0
        await appendFile(this.#path, text, { mode: MODE })
        if ((await stat(this.#path)).size > MAX_FILE_BYTES) await rename(this.#path, `${this.#path}.1`)
      }
    } catch (error) {
      this.onFault(error)
    } finally {
      this.#writing = undefined
    }
  }
}

/** A URL or a name may be as long as a request allows; what it was is told by its beginning. */
function shortened(_key: string, value: unknown): unknown {
  if (typeof value !== 'string' || value.length <= MAX_TEXT_CHARACTERS) return value
  return `${value.slice(0, MAX_TEXT_CHARACTERS)}…`
}

/** Removes what is older than it is kept. */
export async function removeOldDecisions(folder: string, now = Date.now()): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names.filter(isDecisionFile)) {
    const path = join(folder, name)
    const { mtimeMs } = await stat(path)
    if (now - mtimeMs > MAX_AGE_DAYS * 86_400_000) await rm(path, { force: true })
  }
}
