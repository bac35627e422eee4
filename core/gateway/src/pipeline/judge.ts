/**
 * Finds out the facts about a body that was taken in: what the scanners say of it as it came, as it decodes and as it is
 * read beside, and what nobody could look into. It decides nothing.
 */
import type { Finding, Transfer } from '@fsigk/plugin-api'
import { fail } from '../errors.js'
import type { Spool } from '../spool.js'
import { messageOf } from '../system-error.js'
import { remembered } from '../verdicts/scan-memory.js'
import { blockedByContent, blockedByName, blocksContent } from './blocks.js'
import { Deadline } from './deadline.js'
import { decode } from './decoded.js'
import { type Held, isSpoolFault } from './hold.js'
import { type Judgement, nothingFound, type Unscanned } from './judgement.js'
import { heldReadings } from './readings.js'
import type { InspectionRoom, ScanCost } from './room.js'
import { scan } from './scan.js'

/** After so many findings in parts of a body no further part changes anything; riskware may not count (policy.ts). */
const MAX_FINDINGS = 100

/**
 * @param cost added to
 * @throws FSIGK_CONNECTION_GONE when the peer goes away while scanners are at work
 */
export async function judge(room: InspectionRoom, transfer: Transfer, held: Held, cost: ScanCost): Promise<Judgement> {
  const named = blockedByName(room.settings, room.service, transfer)
  if (held.end === 'not-held' && named.length > 0) return { findings: named, unscanned: [] }
  const unheld = whyUnheld(room, transfer, held)
  if (unheld !== undefined) return withFindings({ findings: [], unscanned: [unheld] }, named)
  const known = asRemembered(room, transfer, held)
  if (known !== undefined) return withFindings(known, named)
  const began = performance.now()
  const departure = transfer.lasting === true ? room.ending : room.departure
  const deadline = new Deadline(room.settings.vsd_scantimeout * 1000, departure)
  try {
    const judgement = await look(room, transfer, held, deadline)
    if (deadline.over === 'gone') throw fail('FSIGK_CONNECTION_GONE', [])
    return withFindings(judgement, named)
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
  if (memory === undefined || transfer.readings !== undefined) return undefined
  if (room.departure.isGone || blocksContent(room.settings)) return undefined
  const known = remembered(memory, held.spool, transfer.codings, held.end === 'first-part')
  return known === undefined ? undefined : withUnseen(known, notLookedAt(room.settings, transfer, held))
}

async function look(room: InspectionRoom, transfer: Transfer, held: Held, deadline: Deadline): Promise<Judgement> {
  const { spool } = held
  const { codings, readings } = transfer
  const unseen = notLookedAt(room.settings, transfer, held)
  if (codings.length === 0 && readings === undefined) return withUnseen(await lookAt(room, [spool], deadline), unseen)

  const isCut = held.end === 'first-part'
  const judgement = await lookInto(room, spool, codings, isCut, deadline, async (contents) => {
    const whole = await lookAt(room, contents, deadline)
    if (readings === undefined) return whole
    return together(whole, await lookAtReadings(room, contents, readings, isCut, deadline))
  })
  return withUnseen(judgement, unseen)
}

/** All that is to be said of these contents: by the scanners, and by the settings that refuse some kinds of content. */
function lookAt(room: InspectionRoom, contents: readonly Spool[], deadline: Deadline): Promise<Judgement> {
  const scanned = scan(room.scanners, contents, deadline)
  return blocksContent(room.settings) ? withBlocks(room, contents, deadline, scanned) : scanned
}

async function withBlocks(
  room: InspectionRoom,
  contents: readonly Spool[],
  deadline: Deadline,
  scanned: Promise<Judgement>,
): Promise<Judgement> {
  const judgement = await scanned
  const blocked: Finding[] = []
  try {
    for (const content of contents) blocked.push(...(await blockedByContent(room.settings, content, deadline.signal)))
  } catch (error) {
    return withUnseen(withFindings(judgement, blocked), [whyUnread(error, deadline)])
  }
  return withFindings(judgement, blocked)
}

/** Has a content looked at as it came and as it decodes. */
async function lookInto(
  room: InspectionRoom,
  content: Spool,
  codings: readonly string[],
  isCut: boolean,
  deadline: Deadline,
  lookAt: (contents: readonly Spool[]) => Promise<Judgement>,
): Promise<Judgement> {
  if (codings.length === 0) return lookAt([content])
  const decoded = await decode(content, codings, isCut, room.tmpdir, deadline)
  const cache = room.scanners.memory?.cache
  cache?.forms.keep(content, codings, isCut, decoded, cache.ttlMs)
  try {
    return withUnseen(await lookAt([content, ...decoded.forms]), decoded.unscanned)
  } finally {
    for (const form of decoded.forms) await form.release()
  }
}

/** What else the contents can be read as. What cannot be read is told beside what was found before it. */
async function lookAtReadings(
  room: InspectionRoom,
  contents: readonly Spool[],
  readings: NonNullable<Transfer['readings']>,
  isCut: boolean,
  deadline: Deadline,
): Promise<Judgement> {
  let judgement = nothingFound
  for (const content of contents) {
    try {
      for await (const { reading, spool } of heldReadings(content, readings, room.tmpdir, deadline)) {
        const found = await lookInto(room, spool, reading.codings, isCut, deadline, (forms) =>
          lookAt(room, forms, deadline),
        )
        const withName = withFindings(found, blockedByName(room.settings, room.service, reading))
        judgement = together(judgement, inMember(withName, reading.name))
        if (decisive(judgement) >= MAX_FINDINGS) break
      }
    } catch (error) {
      judgement = withUnseen(judgement, [whyUnread(error, deadline)])
    }
  }
  return judgement
}

/** How many findings count under any settings. */
function decisive({ findings }: Judgement): number {
  return findings.filter(({ category }) => category !== 'riskware').length
}

function inMember({ findings, unscanned }: Judgement, name: string): Judgement {
  if (name === '') return { findings, unscanned }
  return { findings: findings.map((finding) => ({ ...finding, member: memberName(name, finding.member) })), unscanned }
}

/** An archive's member in a form's file is told with both names. */
function memberName(name: string, inner: string | undefined): string {
  return inner === undefined ? name : `${name}/${inner}`
}

function whyUnread(error: unknown, deadline: Deadline): Unscanned {
  if (deadline.over !== undefined) return { because: 'scan-timeout', detail: 'reading the parts of a body' }
  return isSpoolFault(error)
    ? { because: 'no-space', detail: error.message }
    : { because: 'undecodable', detail: messageOf(error) }
}

/** What the scanners cannot have seen, whatever they say. */
function notLookedAt(settings: InspectionRoom['settings'], transfer: Transfer, held: Held): Unscanned[] {
  const causes: Unscanned[] = []
  if (transfer.partial === 'allowed') causes.push({ because: 'range' })
  else if (transfer.partial)
    causes.push({ because: 'undecodable', detail: 'a part of a file', word: 'PARTIAL_CONTENT' })
  if (held.end === 'first-part') causes.push({ because: 'over-filesize' })
  if (settings.block_filesize && bytesOf(transfer, held) > settings.block_filesize_len)
    causes.push({ because: 'filesize' })
  return causes
}

function withUnseen(judgement: Judgement, unseen: readonly Unscanned[]): Judgement {
  if (unseen.length === 0) return judgement
  return { findings: judgement.findings, unscanned: [...judgement.unscanned, ...unseen] }
}

function withFindings(judgement: Judgement, findings: readonly Finding[]): Judgement {
  if (findings.length === 0) return judgement
  return { findings: [...judgement.findings, ...findings], unscanned: judgement.unscanned }
}

function together(one: Judgement, other: Judgement): Judgement {
  if (one === nothingFound) return other
  if (other === nothingFound) return one
  const news = other.unscanned.filter((cause) => !one.unscanned.some((known) => isSame(known, cause)))
  return { findings: [...one.findings, ...other.findings], unscanned: [...one.unscanned, ...news] }
}

/** A thousand parts that no scanner could look at are one reason, not a thousand. */
function isSame(one: Unscanned, other: Unscanned): boolean {
  return one.because === other.because && one.detail === other.detail && one.word === other.word
}

function whyUnheld(room: InspectionRoom, transfer: Transfer, { end }: Held): Unscanned | undefined {
  if (end === 'not-held') return whyNotHeld(room.settings, transfer)
  if (end === 'too-large') return { because: 'filesize' }
  if (end === 'no-space') return { because: 'no-space' }
  return room.scanners.loaded.length === 0 ? { because: 'engine-down', detail: 'no scanner is loaded' } : undefined
}

function whyNotHeld(settings: InspectionRoom['settings'], { release }: Transfer): Unscanned {
  if (release.mode === 'live' && release.detail !== undefined)
    return { because: release.because, word: release.detail, detail: release.detail }
  if (release.mode === 'live' && (release.because === 'tunnel' || settings.virus_check))
    return { because: release.because }
  return { because: 'skipped', word: 'PASS_VIRUS_CHECK', detail: 'virus_check is off' }
}
