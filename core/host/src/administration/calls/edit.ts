/** The working copy: gathered, looked at, saved whole or thrown away. */
import type { SettingChange, WantedChange } from '@fsigk/config'
import { z } from '@fsigk/plugin-api'
import { fail } from '../../errors.js'
import type { WorkingCopy } from '../../working-copy.js'
import type { SaveReport } from '../administration.js'
import { type AdministrationRoom, call } from '../call.js'
import { saveOrPropose } from './proposals.js'
import { inForce, saveWords } from './save.js'

/** A working copy against the settings of now. */
export interface Comparison {
  /** The revision that it began from; `null` when there is no working copy. */
  readonly base: number | null
  readonly revision: number
  readonly changes: readonly SettingChange[]
  /** As `diff -u`, `''` when nothing differs. */
  readonly diff: string
  /** Settings of the working copy that others have changed since it began: they keep it from being saved. */
  readonly conflicts: readonly string[]
  /** How many revisions others saved meanwhile. */
  readonly behind: number
}

const who = z.strictObject({ actor: z.string() })
const editRequest = z.strictObject({
  actor: z.string(),
  changes: z.array(z.strictObject({ key: z.string(), to: z.string().optional() })),
})

type Edits = z.infer<typeof editRequest>['changes']

/**
 * Takes changes into the actor's working copy. Nothing of them is in force.
 * @throws FSIGK_SETTINGS_INVALID; the working copy is as it was then
 */
export const edit = call(editRequest, async (room, { actor, changes }): Promise<Comparison> => {
  return await room.inTurn(async () => {
    const { log, edits } = room.settings
    const before = (await edits.of(actor))?.changes ?? []
    const gone = before.map(({ key }) => key).filter((key) => isTakenOut(room, key, changes))
    const wished = changes.filter(({ key }) => !gone.includes(key))
    const kept = before.filter(({ key }) => !changes.some((change) => change.key === key))
    log.preview([...wantedBy({ actor, changes: kept }), ...wished])
    await edits.add(actor, log.revision, sealedWords(log.sealed(wished)), gone)
    return await comparison(room, actor)
  })
})

/** A setting that went with its plugin, and that not even a save could unset: nothing of it is wanted any more. */
function isTakenOut({ settings: { catalogue, log } }: AdministrationRoom, key: string, changes: Edits): boolean {
  const wanted = changes.find((change) => change.key === key)
  if (wanted === undefined || wanted.to !== undefined || catalogue.find(key) !== undefined) return false
  try {
    log.preview([{ key }])
    return false
  } catch {
    return true
  }
}

/** What the actor's working copy would change. @throws FSIGK_SETTINGS_INVALID when it breaks a rule by now */
export const compare = call(who, async (room, { actor }): Promise<Comparison> => await comparison(room, actor))

/**
 * Saves the working copy as one revision, and ends it.
 * @throws FSIGK_WORKING_COPY_NONE, FSIGK_REVISION_CONFLICT when others changed the same settings, and as `change`
 */
export const commit = call(z.strictObject(saveWords), async (room, wish): Promise<SaveReport> => {
  return await room.inTurn(async () => {
    const { log, edits } = room.settings
    const copy = await edits.of(wish.actor)
    if (copy === undefined) throw fail('FSIGK_WORKING_COPY_NONE', [])
    const keys = conflictsOf(room, copy)
    if (keys.length > 0)
      throw fail('FSIGK_WORKING_COPY_CONFLICT', [baseOf(copy), log.revision, keys.join(', ')], {
        details: { revision: log.revision, expectedRevision: baseOf(copy), keys },
      })
    const report = await saveOrPropose(room, wish, { is: 'change', origin: 'cli', changes: wantedBy(copy) })
    if (wish.dryRun !== true) await edits.discard(wish.actor)
    return report
  })
})

/** Throws the actor's working copy away. @returns whether there was one */
export const discard = call(who, async (room, { actor }): Promise<boolean> => {
  return await room.inTurn(() => room.settings.edits.discard(actor))
})

async function comparison(room: AdministrationRoom, actor: string): Promise<Comparison> {
  const { log, edits } = room.settings
  const copy = await edits.of(actor)
  const { revision } = log
  if (copy === undefined) return { base: null, revision, changes: [], diff: '', conflicts: [], behind: 0 }
  const { changes, diff } = log.preview(wantedBy(copy))
  const base = baseOf(copy)
  const facts = { conflicts: conflictsOf(room, copy), behind: revision - base }
  return { base, revision, changes: inForce(room, changes), diff, ...facts }
}

/** Nothing secret lies in a working copy. */
function sealedWords(changes: readonly WantedChange[]) {
  return changes.map(({ key, to }) => ({ key, ...(to !== undefined && { to: String(to) }) }))
}

/** Its changes, as a save takes them. */
export function wantedBy({ changes }: WorkingCopy) {
  return changes.map(({ key, to }) => ({ key, to }))
}

/** The oldest revision that any of its changes was made on. */
export function baseOf({ changes }: WorkingCopy): number {
  return Math.min(...changes.map(({ base }) => base))
}

function conflictsOf({ settings: { log } }: AdministrationRoom, { changes }: WorkingCopy): readonly string[] {
  return changes.filter(({ key, base }) => log.changedAt(key) > base).map(({ key }) => key)
}
