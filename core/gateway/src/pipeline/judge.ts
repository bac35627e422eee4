/**
 * Finds out the facts about a body that was taken in: what the scanners say of it as it came and as it decodes, and what
 * nobody could look into. It decides nothing.
 */
import type { Transfer } from '@fsigk/plugin-api'
import { fail } from '../errors.js'
import { Deadline } from './deadline.js'
import { type Decoded, decode } from './decoded.js'
import type { Held } from './hold.js'
import type { Judgement, Unscanned } from './judgement.js'
import type { InspectionRoom, ScanCost } from './room.js'
import { scan } from './scan.js'

/**
 * @param cost added to
 * @throws FSIGK_CONNECTION_GONE when the peer goes away while scanners are at work
 */
export async function judge(room: InspectionRoom, transfer: Transfer, held: Held, cost: ScanCost): Promise<Judgement> {
  if (held.end === 'not-held') return only(whyNotHeld(room.settings, transfer))
  if (held.end === 'too-large') return only({ because: 'filesize' })
  if (held.end === 'no-space') return only({ because: 'no-space' })
  if (room.scanners.loaded.length === 0) return only({ because: 'engine-down', detail: 'no scanner is loaded' })
  const began = performance.now()
  const deadline = new Deadline(room.settings.vsd_scantimeout * 1000, room.departure)
  try {
    const judgement = await look(room, transfer, held, deadline)
    if (deadline.over === 'gone') throw fail('FSIGK_CONNECTION_GONE', [])
    return judgement
  } finally {
    deadline.close()
    cost.checks += 1
    cost.checkMs += performance.now() - began
  }
}

/** The length of the whole body, as far as it is known. */
export function bytesOf(transfer: Transfer, held: Held): number {
  return held.end === 'whole' ? held.spool.bytes : (transfer.bytes ?? held.spool.bytes)
}

async function look(room: InspectionRoom, transfer: Transfer, held: Held, deadline: Deadline): Promise<Judgement> {
  const { scanners, settings, tmpdir } = room
  const { spool } = held
  const unseen = notLookedAt(settings, transfer, held)
  if (transfer.codings.length === 0) return withUnseen(await scan(scanners, [spool], deadline), unseen)

  const decoded = await decode(spool, transfer.codings, held.end === 'first-part', tmpdir, deadline)
  try {
    if ('unscanned' in decoded) unseen.push(decoded.unscanned)
    const isSame = 'unscanned' in decoded || decoded.spool === spool
    const readings = isSame ? [spool] : [spool, decoded.spool]
    return withUnseen(await scan(scanners, readings, deadline), unseen)
  } finally {
    await releaseDecoded(decoded, held)
  }
}

async function releaseDecoded(decoded: Decoded, held: Held): Promise<void> {
  if ('spool' in decoded && decoded.spool !== held.spool) await decoded.spool.release()
}

/** What the scanners cannot have seen, whatever they say. */
function notLookedAt(settings: InspectionRoom['settings'], transfer: Transfer, held: Held): Unscanned[] {
  const causes: Unscanned[] = []
  if (transfer.partial) causes.push({ because: 'undecodable', detail: 'a part of a file', word: 'PARTIAL_CONTENT' })
  if (held.end === 'first-part') causes.push({ because: 'over-filesize' })
  if (settings.block_filesize && bytesOf(transfer, held) > settings.block_filesize_len)
    causes.push({ because: 'filesize' })
  return causes
}

function withUnseen(judgement: Judgement, unseen: readonly Unscanned[]): Judgement {
  if (unseen.length === 0) return judgement
  return { findings: judgement.findings, unscanned: [...judgement.unscanned, ...unseen] }
}

function only(cause: Unscanned): Judgement {
  return { findings: [], unscanned: [cause] }
}

function whyNotHeld(settings: InspectionRoom['settings'], { release }: Transfer): Unscanned {
  if (release.mode === 'live' && release.detail !== undefined)
    return { because: release.because, word: release.detail, detail: release.detail }
  if (release.mode === 'live' && (release.because === 'tunnel' || settings.virus_check))
    return { because: release.because }
  return { because: 'skipped', word: 'PASS_VIRUS_CHECK', detail: 'virus_check is off' }
}
