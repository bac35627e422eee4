/**
 * Has everything looked at that a body can be read as: the body as it came, as it decodes, and its readings, each of them in
 * the same way. One deadline and one bound hold for all of it.
 */
import type { Finding, Reading, Transfer } from '@fsigk/plugin-api'
import type { Spool, SpoolFolder } from '../spool.js'
import { messageOf } from '../system-error.js'
import { SeenPieces } from '../verdicts/known-mails.js'
import { blockDetections, blockedByContent, blockedByName, blocksContent } from './blocks.js'
import type { Deadline } from './deadline.js'
import { decode } from './decoded.js'
import { type Held, isSpoolFault } from './hold.js'
import { type Judgement, nothingFound, together, type Unscanned, withFindings, withUnseen } from './judgement.js'
import { type HeldReading, heldReadings, ReadingBounds } from './readings.js'
import { type InspectionRoom, spoolFolder } from './room.js'
import { scan } from './scan.js'
import { isSkipped, skipsParts } from './skipped-parts.js'

/** After so many findings in parts of a body no further part changes anything. */
const MAX_FINDINGS = 100

/** Readings within readings, each behind a coding, beyond what anyone sends in earnest. */
const MAX_DEPTH = 8

/**
 * So many readings in memory are looked at beside each other: an engine in another process has the next one while we wake
 * up for what it says of the last.
 */
const MOST_BESIDE = 4

/** What all steps of looking at one body share. */
interface Looking {
  readonly room: InspectionRoom
  readonly isMail: boolean
  /** For what it can be read as. */
  readonly folder: SpoolFolder
  readonly isCut: boolean
  readonly deadline: Deadline
  readonly bounds: ReadingBounds
  /** What was looked at, where that is remembered. */
  readonly seen: SeenPieces | undefined
}

/** How one content is looked at. */
interface View {
  readonly codings: readonly string[]
  readonly readings: Transfer['readings'] | undefined
  /** False: what it can be read as is looked at, and it itself is not. */
  readonly isScanned: boolean
}

/** What is said of a body that is held, in all its readings. */
export async function look(
  room: InspectionRoom,
  { codings, readings, scansBody, mail }: Transfer,
  { spool, end }: Held,
  deadline: Deadline,
): Promise<Judgement> {
  if (codings.length === 0 && readings === undefined) return lookAt(room, [spool], deadline)
  const isMail = mail !== undefined
  const folder = spoolFolder(room, isMail)
  const memory = isMail && end === 'whole' ? room.scanners.memory : undefined
  const seen = memory === undefined ? undefined : new SeenPieces()
  const isCut = end === 'first-part'
  const looking: Looking = { room, isMail, folder, isCut, deadline, bounds: new ReadingBounds(isMail), seen }
  // Whole, a mail holds the parts too that are left out.
  const isByParts = scansBody === false || (isMail && skipsParts(room.settings))
  const isScanned = readings === undefined || !isByParts
  const judgement = await lookInto(looking, spool, { codings, readings, isScanned }, 0)
  if (memory !== undefined && seen !== undefined && isClean(judgement))
    memory.cache.mails.keep(spool, memory.under, seen, memory.cache.ttlMs)
  return judgement
}

function isClean({ findings, unscanned }: Judgement): boolean {
  return findings.length === 0 && unscanned.length === 0
}

/** Has a content looked at as it came, as it decodes, and as each of these can be read. */
async function lookInto(
  looking: Looking,
  content: Spool,
  { codings, readings, isScanned }: View,
  depth: number,
): Promise<Judgement> {
  return await decoded(looking, content, codings, async (contents) => {
    const whole = isScanned ? await lookAt(looking.room, contents, looking.deadline) : nothingFound
    if (isScanned) looking.seen?.saw(contents)
    if (readings === undefined) return whole
    return together(whole, await lookAtReadings(looking, contents, readings, depth))
  })
}

/** Hands out a content with the forms that it decodes to, and takes them back. */
async function decoded(
  { room, folder, isCut, deadline }: Looking,
  content: Spool,
  codings: readonly string[],
  lookAt: (contents: readonly Spool[]) => Promise<Judgement>,
): Promise<Judgement> {
  if (codings.length === 0) return await lookAt([content])
  const decoded = await decode(content, codings, isCut, folder, deadline)
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
  looking: Looking,
  contents: readonly Spool[],
  readings: NonNullable<Transfer['readings']>,
  depth: number,
): Promise<Judgement> {
  if (depth === MAX_DEPTH) return { findings: [], unscanned: [{ because: 'max-nested', detail: 'parts of a body' }] }
  const { folder, deadline, bounds } = looking
  let judgement = nothingFound
  for (const content of contents) {
    let beside: Promise<Judgement>[] = []
    const addBeside = async () => {
      judgement = (await Promise.all(beside)).reduce(together, judgement)
      beside = []
    }
    try {
      for await (const held of heldReadings(content, readings, folder, deadline, bounds)) {
        if (isSimple(looking, held)) beside.push(lookAtSimple(looking, held, depth))
        else {
          await addBeside()
          judgement = together(judgement, await lookAtReading(looking, held, depth))
        }
        if (beside.length === MOST_BESIDE) await addBeside()
        if (decisive(judgement) >= MAX_FINDINGS) break
      }
      await addBeside()
    } catch (error) {
      await addBeside()
      judgement = withUnseen(judgement, [whyUnread(error, deadline)])
    }
  }
  return judgement
}

/** Whether it is in memory, and nothing but the scanners has to look at it. */
function isSimple({ room }: Looking, { reading, spool }: HeldReading): boolean {
  const { codings, readings } = reading
  return spool.memory !== undefined && codings.length === 0 && readings === undefined && !blocksContent(room.settings)
}

/** As below. Never rejects: what was found in those beside it is not lost with it. */
function lookAtSimple(looking: Looking, held: HeldReading, depth: number): Promise<Judgement> {
  return lookAtReading(looking, held, depth).catch((error: unknown) =>
    withUnseen(nothingFound, [whyUnread(error, looking.deadline)]),
  )
}

/** Gives the spool back. */
async function lookAtReading(looking: Looking, { reading, spool }: HeldReading, depth: number): Promise<Judgement> {
  try {
    return await said(looking, reading, spool, depth)
  } finally {
    await spool.release()
  }
}

async function said(looking: Looking, reading: Reading, spool: Spool, depth: number): Promise<Judgement> {
  const { isMail, room } = looking
  const { settings } = room
  const { codings, readings } = reading
  // In nothing there is nothing to find.
  const view = { codings, readings, isScanned: spool.bytes > 0 }
  if (reading.isSkeleton === true)
    return skipsParts(settings) ? nothingFound : await lookInto(looking, spool, view, depth + 1)
  const isLeftOut = isMail && isSkipped(settings, reading)
  const found = isLeftOut ? leftOut : await lookInto(looking, spool, view, depth + 1)
  const withForm = withUnseen(withFindings(found, reading.findings ?? []), reading.unscanned ?? [])
  return inMember(withFindings(withForm, blockedByName(settings, isMail, reading)), reading.name)
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

const leftOut: Judgement = { findings: [], unscanned: [{ because: 'skipped', word: 'PASS_EXT' }] }

/** How many findings count under any settings. */
function decisive({ findings }: Judgement): number {
  return findings.filter(({ category, threat }) => category !== 'riskware' && !blockDetections.has(threat)).length
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
