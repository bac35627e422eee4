/** Notices to the administrator on their way from workers to the supervisor: files in a folder of the home. */
import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from '@fsigk/plugin-api'

const MAX_SPOOLED_NOTICES = 1_000
const MAX_SPOOLED_BYTES = 16 * 1024 * 1024
const MAX_TEXT_CHARACTERS = 100_000
const PER_MINUTE = 60

export const spooledNotice = z.object({
  /** ISO 8601, UTC. */
  at: z.string(),
  service: z.string(),
  session: z.string(),
  revision: z.int().nonnegative(),
  from: z.string(),
  to: z.array(z.string()).min(1),
  /** Where the settings say that mail to the administrator goes. */
  server: z.object({ host: z.string(), port: z.int() }),
  fields: z.string(),
  text: z.string(),
  /** Notifiers that have had it. */
  told: z.array(z.string()).default([]),
})
export type SpooledNotice = z.infer<typeof spooledNotice>

/** What became of a notice: on its way, one too many in a minute, or no room beside those that wait. */
export type Spooling = 'spooled' | 'too-many' | 'full'

export class NoticeSpool {
  #minute = 0
  #inMinute = 0
  #leftOut = 0

  /** @param folder made when it is missing (0700) */
  constructor(
    private readonly folder: string,
    private readonly now: () => number = Date.now,
  ) {}

  /** Whole or not at all; says in the next notice how many were left out before it. @throws what the file system says */
  async put(notice: Omit<SpooledNotice, 'told'>): Promise<Spooling> {
    if (!this.#mayTell()) return 'too-many'
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    if (await this.#isFull()) return 'full'
    const before = this.#leftOut === 0 ? '' : `(${this.#leftOut} more notices of the minutes before were left out.)\n\n`
    this.#leftOut = 0
    const text = before + notice.text.slice(0, MAX_TEXT_CHARACTERS)
    await writeNotice(this.folder, `${this.now()}-${randomBytes(8).toString('hex')}.json`, {
      ...notice,
      text,
      told: [],
    })
    return 'spooled'
  }

  async #isFull(): Promise<boolean> {
    const waiting = (await readdir(this.folder)).filter((name) => name.endsWith('.json'))
    if (waiting.length >= MAX_SPOOLED_NOTICES) return true
    const sizes = await Promise.all(waiting.map((name) => bytesOf(join(this.folder, name))))
    return sizes.reduce((sum, bytes) => sum + bytes, 0) >= MAX_SPOOLED_BYTES
  }

  #mayTell(): boolean {
    const minute = Math.floor(this.now() / 60_000)
    if (minute !== this.#minute) {
      this.#minute = minute
      this.#inMinute = 0
    }
    this.#inMinute += 1
    if (this.#inMinute <= PER_MINUTE) return true
    this.#leftOut += 1
    return false
  }
}

/** Of what has been sent meanwhile, none. */
async function bytesOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}

/** Puts a notice in place of what was there under its name: a reader finds it whole. */
export async function writeNotice(folder: string, name: string, notice: SpooledNotice): Promise<void> {
  const temporary = join(folder, `.${name}.${randomBytes(4).toString('hex')}.new`)
  try {
    await using file = await open(temporary, 'wx', 0o600)
    await file.writeFile(JSON.stringify(notice))
    await file.sync()
    await rename(temporary, join(folder, name))
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
