/** Changes that wait for a second administrator (`config.four_eyes`): a private file each, for a week. */
import { randomBytes } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '@fsigk/config'
import { z } from '@fsigk/plugin-api'
import { fail } from './errors.js'

const MAX_PROPOSALS = 100
const LIFETIME_MS = 7 * 86_400_000
const ID = /^[0-9a-f]{8}$/

const value = z.union([z.boolean(), z.number(), z.string()]).nullable()
const wish = z.discriminatedUnion('is', [
  z.object({
    is: z.literal('change'),
    origin: z.enum(['console', 'cli', 'file', 'api']),
    /** Secrets among them are sealed. */
    changes: z.array(z.object({ key: z.string(), to: z.string().optional() })),
  }),
  z.object({ is: z.literal('rollback'), to: z.int().positive(), key: z.string().optional() }),
  z.object({ is: z.literal('revert'), of: z.int().positive(), key: z.string().optional() }),
])
const proposal = z.object({
  id: z.string().regex(ID),
  actor: z.string(),
  /** ISO 8601, UTC. */
  at: z.string(),
  comment: z.string().optional(),
  confirm: z.string().optional(),
  guards: z.array(z.string()).readonly().optional(),
  /** The settings that need the approval. */
  keys: z.array(z.string()),
  /** What it would change, as it was proposed: when that differs later, somebody was quicker. */
  changes: z.array(z.object({ key: z.string(), from: value, to: value })).readonly(),
  wish,
})
export type Proposal = z.infer<typeof proposal>
export type ProposedWish = z.infer<typeof wish>

export class Proposals {
  /** @param folder of the home */
  constructor(
    private readonly folder: string,
    private readonly now: () => number = Date.now,
  ) {}

  /** Those that still wait, oldest first. */
  async all(): Promise<readonly Proposal[]> {
    const names = (await readdir(this.folder)).filter((name) => ID.test(name.replace(/\.json$/, '')))
    const read = await Promise.all(names.map((name) => this.#read(name)))
    return read.filter((each) => each !== undefined).sort((left, right) => Date.parse(left.at) - Date.parse(right.at))
  }

  /** @throws FSIGK_PROPOSAL_UNKNOWN */
  async get(id: string): Promise<Proposal> {
    const found = (await this.all()).find((each) => each.id === id)
    if (found === undefined) throw fail('FSIGK_PROPOSAL_UNKNOWN', [id])
    return found
  }

  /** @throws FSIGK_PROPOSALS_FULL */
  async add(given: Omit<Proposal, 'id' | 'at'>): Promise<Proposal> {
    if ((await this.all()).length >= MAX_PROPOSALS) throw fail('FSIGK_PROPOSALS_FULL', [MAX_PROPOSALS])
    const id = randomBytes(4).toString('hex')
    const added: Proposal = { ...given, id, at: new Date(this.now()).toISOString() }
    await replaceFile(join(this.folder, `${id}.json`), `${JSON.stringify(added)}\n`, 0o600)
    return added
  }

  async remove(id: string): Promise<void> {
    await rm(join(this.folder, `${id}.json`), { force: true })
  }

  /** One that is over, or that nobody of ours wrote, is removed. */
  async #read(name: string): Promise<Proposal | undefined> {
    const path = join(this.folder, name)
    try {
      const read = proposal.parse(JSON.parse(await readFile(path, 'utf8')))
      if (this.now() - Date.parse(read.at) < LIFETIME_MS) return read
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== undefined) return undefined
    }
    await rm(path, { force: true })
    return undefined
  }
}
