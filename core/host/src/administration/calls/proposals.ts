/** Four eyes: what a second administrator must approve is kept as a proposal, approved as one revision, or rejected. */
import { isDeepStrictEqual } from 'node:util'
import type { Saved, SettingChange } from '@fsigk/config'
import { isFsigk, z } from '@fsigk/plugin-api'
import { fail } from '../../errors.js'
import type { ProposedWish } from '../../proposals.js'
import type { SaveReport } from '../administration.js'
import { type AdministrationRoom, call, nothing } from '../call.js'
import { inForce, readWords, savedBy } from './save.js'

/** A proposal as it is told. */
export interface ProposalRow {
  readonly id: string
  readonly at: string
  readonly actor: string
  readonly comment: string | null
  /** The settings that need the approval. */
  readonly keys: readonly string[]
  readonly changes: readonly SettingChange[]
}

interface Words {
  readonly actor: string
  readonly comment?: string | undefined
  readonly confirm?: string | undefined
  readonly guards?: readonly string[] | undefined
  readonly expected?: string | undefined
  readonly dryRun?: boolean | undefined
}

/**
 * Saves what is wished; where a second administrator must approve, keeps it as a proposal instead. To be called in turn.
 * @throws as the log's `change`, `rollback` and `revert`
 */
export async function saveOrPropose(room: AdministrationRoom, words: Words, wish: ProposedWish): Promise<SaveReport> {
  const command = await readWords(room, words)
  return await orPropose(room, words, wish, (dryRun) => perform(room, { ...command, dryRun }, wish))
}

/** As `saveOrPropose`, of a save that is more than the wish that it can be proposed as. */
export async function orPropose(
  room: AdministrationRoom,
  words: Words,
  wish: ProposedWish,
  save: (dryRun: boolean | undefined) => Promise<Saved>,
): Promise<SaveReport> {
  try {
    return await savedBy(room, { dryRun: words.dryRun }, ({ dryRun }) => save(dryRun))
  } catch (error) {
    if (!isFsigk(error, 'FSIGK_APPROVAL_NEEDED')) throw error
    const command = await readWords(room, words)
    const { keys } = error.details as { readonly keys: string[] }
    // Sealed first, so that what is approved is to the letter what was proposed.
    const kept = sealed(room, wish)
    const { changes } = await perform(room, { ...command, dryRun: true }, kept)
    const { actor, comment, confirm, guards } = words
    const { id } = await room.settings.proposals.add({
      actor,
      comment,
      confirm,
      guards,
      keys,
      changes: [...changes],
      wish: kept,
    })
    const { revision } = room.settings.log
    return { revision, saved: false, changes: inForce(room, changes), services: [], proposed: { id, keys } }
  }
}

/** What waits for a second administrator, oldest first. */
export const proposals = call(nothing, async (room): Promise<readonly ProposalRow[]> => {
  return (await room.settings.proposals.all()).map(({ id, at, actor, comment, keys, changes }) => {
    return { id, at, actor, comment: comment ?? null, keys, changes: inForce(room, changes) }
  })
})

const which = z.strictObject({ actor: z.string(), id: z.string() })

/**
 * Makes a proposal of somebody else a revision.
 * @throws FSIGK_PROPOSAL_UNKNOWN, FSIGK_PROPOSAL_OWN, FSIGK_PROPOSAL_OUTDATED, and as `change`
 */
export const approve = call(which, async (room, { actor, id }): Promise<SaveReport> => {
  return await room.inTurn(async () => {
    const { proposals: kept } = room.settings
    const { wish, changes, ...words } = await kept.get(id)
    if (words.actor === actor) throw fail('FSIGK_PROPOSAL_OWN', [id])
    const { actor: proposer, comment, confirm, guards } = words
    const command = await readWords(room, { actor: proposer, comment, confirm, guards })
    const now = await perform(room, { ...command, dryRun: true }, wish)
    if (!isDeepStrictEqual(now.changes, changes)) throw fail('FSIGK_PROPOSAL_OUTDATED', [id])
    const approved: Command = { ...command, approvedBy: actor }
    const report = await savedBy(room, approved, (each) => perform(room, each, wish))
    await kept.remove(id)
    return report
  })
})

/** Throws a proposal away; its proposer may, too. @throws FSIGK_PROPOSAL_UNKNOWN */
export const reject = call(which, async (room, { id }): Promise<ProposalRow> => {
  return await room.inTurn(async () => {
    const { at, actor, comment, keys, changes } = await room.settings.proposals.get(id)
    await room.settings.proposals.remove(id)
    return { id, at, actor, comment: comment ?? null, keys, changes: inForce(room, changes) }
  })
})

type Command = Awaited<ReturnType<typeof readWords<Words>>> & { readonly approvedBy?: string }

function perform({ settings: { log } }: AdministrationRoom, command: Command, wish: ProposedWish): Promise<Saved> {
  switch (wish.is) {
    case 'change':
      return log.change({ ...command, origin: wish.origin, changes: wish.changes })
    case 'rollback':
      return log.rollback({ ...command, to: wish.to, key: wish.key })
    case 'revert':
      return log.revert({ ...command, of: wish.of, key: wish.key })
  }
}

function sealed({ settings: { log } }: AdministrationRoom, wish: ProposedWish): ProposedWish {
  if (wish.is !== 'change') return wish
  const changes = log.sealed(wish.changes).map(({ key, to }) => ({ key, ...(to !== undefined && { to: String(to) }) }))
  return { ...wish, changes }
}
