/**
 * Changes that an administrator gathers before he saves them: a small file a person in the home, private to the gateway's
 * user. Each change knows the revision that it was made on, so that what others saved meanwhile is noticed.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '@fsigk/config'
import { z } from '@fsigk/plugin-api'
import { fail, messageOf } from './errors.js'

const MAX_BYTES = 4 * 1024 * 1024

const change = z.strictObject({
  key: z.string(),
  /** Without it the setting goes back to its default. */
  to: z.string().optional(),
  /** The revision that it was changed on. */
  base: z.int().positive(),
})
const workingCopy = z.strictObject({ actor: z.string(), changes: z.array(change).max(1000) })
export type WorkingCopy = z.infer<typeof workingCopy>

type Wanted = Omit<WorkingCopy['changes'][number], 'base'>

export class WorkingCopies {
  /** @param folder of the home */
  constructor(private readonly folder: string) {}

  /** @throws FSIGK_WORKING_COPY_UNREADABLE */
  async of(actor: string): Promise<WorkingCopy | undefined> {
    return await this.#read(this.#path(actor))
  }

  /** All that there are. One that cannot be read is left out here; its owner is told when he uses it. */
  async all(): Promise<readonly WorkingCopy[]> {
    const names = (await readdir(this.folder)).filter((name) => name.endsWith('.json')).sort()
    const copies = await Promise.all(names.map((name) => this.#read(join(this.folder, name)).catch(() => undefined)))
    return copies.filter((copy) => copy !== undefined)
  }

  /**
   * Takes changes, made on a revision, on top of those that are there; of one setting the later one counts.
   * @param without settings whose changes are taken out; a working copy without any ends
   */
  async add(actor: string, base: number, changes: readonly Wanted[], without: readonly string[] = []): Promise<void> {
    const before = (await this.of(actor))?.changes.filter(({ key }) => !without.includes(key)) ?? []
    const added = changes.map((each) => ({ ...each, base }))
    const merged = new Map([...before, ...added].map((each) => [each.key, each]))
    const copy: WorkingCopy = { actor, changes: [...merged.values()] }
    if (copy.changes.length === 0) await this.discard(actor)
    else await replaceFile(this.#path(actor), Buffer.from(`${JSON.stringify(copy)}\n`), 0o600)
  }

  /** @returns whether there was one */
  async discard(actor: string): Promise<boolean> {
    try {
      await rm(this.#path(actor))
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
      throw error
    }
  }

  /** A name of ours: what an actor is called is no path. */
  #path(actor: string): string {
    return join(this.folder, `${createHash('sha256').update(actor).digest('hex').slice(0, 32)}.json`)
  }

  async #read(path: string): Promise<WorkingCopy | undefined> {
    try {
      const text = await readFile(path, 'utf8')
      if (text.length > MAX_BYTES) throw new RangeError(`larger than ${MAX_BYTES} bytes`)
      return workingCopy.parse(JSON.parse(text))
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw fail('FSIGK_WORKING_COPY_UNREADABLE', [path, messageOf(cause)], { cause })
    }
  }
}
