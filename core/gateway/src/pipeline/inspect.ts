/**
 * The line that every transfer takes, from its first byte to its record: spool, decode and scan, decide, answer, record.
 * What each step does is in the file of its name; their order is here and nowhere else.
 */
import { isFsigk, type Outcome, type Transfer, type Verdict } from '@fsigk/plugin-api'
import type { DetectionFacts } from '../logs/line.js'
import { Spool } from '../spool.js'
import { blockedByName } from './blocks.js'
import { type Held, type HoldLimits, hold, Source } from './hold.js'
import { bytesOf, judge } from './judge.js'
import { FlowingBody, Refusal } from './outcomes.js'
import { decide, mailWay, type Ruling } from './policy.js'
import { type InspectionRoom, type ScanCost, spoolFolder } from './room.js'
import { largestAllowed } from './sizes.js'
import { Trickle } from './trickle.js'

/**
 * `answer` is called once, unless the body's source fails or the peer goes before the verdict, or the body has begun to
 * trickle. The record is written and the spool given back in any case.
 *
 * @throws what `answer` or the body's source threw; FSIGK_CONNECTION_GONE, FSIGK_BODY_WITHHELD; the reason of the
 *   transfer's signal
 */
export async function inspect(
  room: InspectionRoom,
  transfer: Transfer,
  answer: (outcome: Outcome) => Promise<void>,
): Promise<void> {
  const isMail = transfer.mail !== undefined
  const spool = new Spool(spoolFolder(room, isMail), transfer.name, transfer.type)
  const source = new Source(transfer.body)
  const settings = settingsOf(room, transfer)
  const isBlocked = blockedByName(room.settings, isMail, transfer).length > 0
  const trickle = isBlocked ? undefined : Trickle.of(transfer, spool)
  const cost: ScanCost = { checks: 0, checkMs: 0 }
  let facts = brokenOff(transfer)
  let verdict: Verdict | undefined
  let failure: unknown
  try {
    const limits = limitsOf(settings, transfer, isBlocked)
    // Each wait costs a turn of promises; of what is not held there is nothing to wait for.
    const holding = hold(source, spool, limits)
    const held = holding instanceof Promise ? await holding : holding
    if (held.fault !== undefined) room.spoolFailed(held.fault)
    transfer.signal?.throwIfAborted()

    const judging = judge(room, transfer, held, cost)
    const judgement = judging instanceof Promise ? await judging : judging

    const ruling = decide(judgement, settings, mailWay(isMail, transfer.direction))
    const isKept = ruling.result === 'INFECTED' && settings.quarantine
    const quarantined = isKept ? await quarantine(room, transfer, held, ruling) : ''
    facts = factsOf(ruling, transfer, quarantined)
    verdict = ruling.verdict
    room.decided(ruling, judgement, transfer)
    if (transfer.sharesLine === true && isPassed(ruling)) room.carry(facts, spool.bytes, cost)

    const outcome = outcomeOf(room, transfer, held, limits, ruling, facts)
    await (trickle === undefined ? answer(outcome) : trickle.conclude(outcome, answer))
  } catch (error) {
    const cause = trickle === undefined ? error : await trickle.abandon(error)
    // What policy withholds has failed by nobody's fault.
    if (!isFsigk(cause, 'FSIGK_BODY_WITHHELD')) failure = cause
    throw cause
  } finally {
    source.leave()
    room.recordTransfer({ facts, bytes: spool.bytes, verdict, cost, failure })
    await release(room, spool)
  }
}

/** Those of the section, with what mail of the LAN meets in their place. */
function settingsOf({ settings }: InspectionRoom, { policy }: Transfer): InspectionRoom['settings'] {
  return policy === undefined ? settings : { ...settings, action: policy.action, quarantine: policy.quarantine }
}

/**
 * Nothing is held of what is not scanned; a size or a name that is not allowed need not be read on, unless detections pass
 * or are kept.
 */
function limitsOf(
  settings: InspectionRoom['settings'],
  { release, bytes, lasting, mail }: Transfer,
  isBlocked: boolean,
): HoldLimits {
  const announcedBytes = bytes
  const inFile = lasting === true
  const isNotRead = isBlocked && !settings.quarantine && settings.action !== 'pass'
  const isMail = mail !== undefined
  const largest = largestAllowed(settings, isMail)
  if (release.mode === 'live' || !settings.virus_check || isNotRead)
    return { holdBytes: 0, maxBytes: isMail ? largest : Infinity, announcedBytes, inFile }
  const maxBytes = settings.action === 'pass' ? Infinity : largest
  return { holdBytes: release.mode === 'beyond' ? release.bytes : Infinity, maxBytes, announcedBytes, inFile }
}

/** What is blocked stays blocked, whether or not it could be put away. */
async function quarantine(room: InspectionRoom, transfer: Transfer, held: Held, ruling: Ruling): Promise<string> {
  const isHeld = held.end === 'whole' || held.end === 'first-part'
  return isHeld ? await room.quarantine(transfer, held, ruling) : ''
}

function factsOf(ruling: Ruling, transfer: Transfer, quarantined: string): DetectionFacts {
  const { result, names, action, details } = ruling
  return { result, names, file: transfer.name || memberName(ruling.verdict), quarantined, action, details }
}

/** What has no name of its own, as a form, is told under that of the file in it. */
function memberName(verdict: Verdict): string {
  return verdict.is === 'infected' ? (verdict.findings.find(({ member }) => member !== undefined)?.member ?? '') : ''
}

/** Half a body has no verdict, and nothing was done about it. */
function brokenOff({ name }: Transfer): DetectionFacts {
  return { result: 'UNSCANNED', names: [], file: name, quarantined: '', action: 'NONE', details: incomplete }
}

function isPassed({ disposition }: Ruling): boolean {
  return disposition === 'pass' || disposition === 'tag'
}

const incomplete = ['INCOMPLETE']

function outcomeOf(
  room: InspectionRoom,
  transfer: Transfer,
  held: Held,
  limits: HoldLimits,
  ruling: Ruling,
  facts: DetectionFacts,
): Outcome {
  const { disposition, verdict } = ruling
  if (disposition === 'pass' || disposition === 'tag') {
    const body = held.end === 'whole' ? held.spool : new FlowingBody(transfer.bytes, held, limits.maxBytes)
    return { disposition, verdict, body }
  }
  return new Refusal(disposition, verdict, room.noticeOf(transfer, ruling, facts, bytesOf(transfer, held)))
}

/** A file that cannot be removed is told of, but takes nothing back that was answered. */
async function release(room: InspectionRoom, spool: Spool): Promise<void> {
  try {
    const releasing = spool.release()
    if (releasing !== undefined) await releasing
  } catch (error) {
    room.spoolFailed(error)
  }
}
