/**
 * Finds out the facts about a body that was taken in: what is said of it by those who look at it, what was said before, and
 * what nobody could look into. It decides nothing.
 */
import type { Finding, Transfer } from '@fsigk/plugin-api'
import { fail } from '../errors.js'
import { isKnownClean, remembered } from '../verdicts/scan-memory.js'
import { blockedByName, blocksContent } from './blocks.js'
import { Deadline } from './deadline.js'
import type { Held } from './hold.js'
import { type Judgement, nothingFound, together, type Unscanned, withFindings, withUnseen } from './judgement.js'
import { look } from './look.js'
import type { InspectionRoom, ScanCost } from './room.js'
import { largestAllowed, oversize } from './sizes.js'

/**
 * @param cost added to
 * @throws FSIGK_CONNECTION_GONE when the peer goes away while scanners are at work, the reason of the transfer's signal
 */
export function judge(
  room: InspectionRoom,
  transfer: Transfer,
  held: Held,
  cost: ScanCost,
): Judgement | Promise<Judgement> {
  const named = blockedByName(room.settings, transfer.mail !== undefined, transfer)
  if (held.end !== 'not-held') return judgeHeld(room, transfer, held, cost, named)
  return named.length > 0 ? { findings: named, unscanned: [] } : unscanned(whyNotHeld(room.settings, transfer))
}

async function judgeHeld(
  room: InspectionRoom,
  transfer: Transfer,
  held: Held,
  cost: ScanCost,
  named: readonly Finding[],
): Promise<Judgement> {
  if (transfer.mail !== undefined && held.end === 'whole' && (await room.isOwnNotice(held.spool)))
    return unscanned({ because: 'skipped', word: 'PASS_NOTIFICATION', detail: 'a notice of this gateway' })
  const unheld = whyUnheld(room, transfer, held)
  if (unheld !== undefined) return withFindings(unheld, named)
  const known = asRemembered(room, transfer, held)
  if (known !== undefined) return withFindings(known, named)
  const began = performance.now()
  const departure = transfer.lasting === true ? room.ending : room.departure
  const deadline = new Deadline(room.settings.vsd_scantimeout * 1000, departure, transfer.signal)
  try {
    const judgement = await look(room, transfer, held, deadline)
    transfer.signal?.throwIfAborted()
    if (deadline.over === 'gone') throw fail('FSIGK_CONNECTION_GONE', [])
    return withFindings(together(judgement, notLookedAt(room.settings, transfer, held)), named)
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

/** What was said of such a body before; undefined when somebody has to look. Costs no more than its digest. */
function asRemembered(room: InspectionRoom, transfer: Transfer, held: Held): Judgement | undefined {
  const { memory } = room.scanners
  if (memory === undefined || room.departure.isGone || blocksContent(room.settings)) return undefined
  if (transfer.mail !== undefined && transfer.readings !== undefined && held.end === 'whole')
    return isKnownClean(memory, held.spool)
      ? together(nothingFound, notLookedAt(room.settings, transfer, held))
      : undefined
  if (transfer.readings !== undefined) return undefined
  const known = remembered(memory, held.spool, transfer.codings, held.end === 'first-part')
  return known === undefined ? undefined : together(known, notLookedAt(room.settings, transfer, held))
}

/** What the scanners cannot have seen, whatever they say. */
function notLookedAt(settings: InspectionRoom['settings'], transfer: Transfer, held: Held): Judgement {
  const unscanned: Unscanned[] = []
  if (transfer.partial === 'allowed') unscanned.push({ because: 'range' })
  else if (transfer.partial)
    unscanned.push({ because: 'undecodable', detail: 'a part of a file', word: 'PARTIAL_CONTENT' })
  if (held.end === 'first-part') unscanned.push({ because: 'over-filesize' })
  return withUnseen(oversize(settings, transfer.mail !== undefined, bytesOf(transfer, held)), unscanned)
}

function whyUnheld(room: InspectionRoom, transfer: Transfer, { end }: Held): Judgement | undefined {
  const isMail = transfer.mail !== undefined
  if (end === 'too-large') return oversize(room.settings, isMail, largestAllowed(room.settings, isMail) + 1)
  if (end === 'no-space') return unscanned({ because: 'no-space' })
  if (room.scanners.loaded.length > 0) return undefined
  return unscanned({ because: 'engine-down', detail: 'no scanner is loaded' })
}

function unscanned(cause: Unscanned): Judgement {
  return { findings: [], unscanned: [cause] }
}

function whyNotHeld(settings: InspectionRoom['settings'], { release }: Transfer): Unscanned {
  if (release.mode === 'live' && release.detail !== undefined)
    return { because: release.because, word: release.detail, detail: release.detail }
  if (release.mode === 'live' && (release.because === 'tunnel' || settings.virus_check))
    return { because: release.because }
  return { because: 'skipped', word: 'PASS_VIRUS_CHECK', detail: 'virus_check is off' }
}
