/** How the chain that led to a detection, refusal or error is found again: the facts that were kept, judged once more. */
import { type BlameRow, cut, printable, type SettingsSnapshot, type SettingValue } from '@fsigk/config'
import { type DecisionRecord, decideAgain, decidingSettings, MAX_AGE_DAYS, outcomeWords } from '@fsigk/gateway'
import type { AdministrationRoom } from '../administration/call.js'
import { wantedBy } from '../administration/calls/edit.js'
import { fail } from '../errors.js'
import { findDecisions, idIn } from './find-decision.js'

/** One setting that decided. */
export interface DecidingSetting {
  readonly key: string
  /** As it was in force then. */
  readonly value: SettingValue
  /** Who gave it this value; `null` while it was at its default. */
  readonly by: BlameRow | null
}

export interface Why {
  readonly facts: DecisionRecord
  /** What became of it: `INFECTED DELETE`, `DENIED`, … */
  readonly outcome: string
  readonly settings: readonly DecidingSetting[]
  /** What the same facts lead to under the other settings that were asked for. */
  readonly otherwise?: { readonly at: string; readonly outcome: string; readonly differs: boolean }
}

/** The request of the call `why`. */
interface WhyRequest {
  readonly actor: string
  readonly text: string
  readonly at?: string | undefined
}

/** @throws FSIGK_DECISION_UNKNOWN, FSIGK_REVISION_UNKNOWN, FSIGK_WORKING_COPY_NONE */
export async function explain(room: AdministrationRoom, { actor, text, at }: WhyRequest): Promise<readonly Why[]> {
  const { settings } = room
  const id = idIn(text)
  if (id === undefined) throw fail('FSIGK_DECISION_UNKNOWN', [printable(cut(text)), 'there is no id in it'])
  const found = await findDecisions(settings.home.logs, id)
  const kept = `facts of detections, refusals and errors are kept for ${MAX_AGE_DAYS} days at most, and not of what passed`
  if (found.length === 0) throw fail('FSIGK_DECISION_UNKNOWN', [id, kept])
  const other = at === undefined ? undefined : await otherSettings(room, actor, at)
  return await Promise.all(
    found.map(async (facts) => {
      const outcome = outcomeWords(facts)
      const explained = { facts, outcome, settings: await deciding(room, facts) }
      if (other === undefined || at === undefined) return explained
      const otherwise = decideAgain(facts, other)
      return { ...explained, otherwise: { at, outcome: otherwise, differs: otherwise !== outcome } }
    }),
  )
}

async function deciding({ settings }: AdministrationRoom, facts: DecisionRecord): Promise<readonly DecidingSetting[]> {
  const { log, catalogue } = settings
  const keys = decidingSettings(facts).filter((key) => catalogue.find(key) !== undefined)
  const snapshot = await log.snapshot(facts.revision)
  const rows = new Map((await log.blame(keys, facts.revision)).map((row) => [row.key, row]))
  return keys.map((key) => {
    const [section = '', name = ''] = key.split('.')
    return { key, value: snapshot.values[section]?.[name] ?? '', by: rows.get(key) ?? null }
  })
}

async function otherSettings({ settings }: AdministrationRoom, actor: string, at: string): Promise<SettingsSnapshot> {
  const { log, edits } = settings
  if (at !== 'working') return await log.snapshot(await log.resolve(at))
  const copy = await edits.of(actor)
  if (copy === undefined) throw fail('FSIGK_WORKING_COPY_NONE', [])
  return log.preview(wantedBy(copy)).snapshot
}
