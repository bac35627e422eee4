/**
 * All scanners over all readings of one body, under one deadline. A scanner that throws, hangs or answers nonsense makes
 * the content unscanned; nothing that a scanner does makes it clean.
 */
import type { Call, Content, ScanReport } from '@fsigk/plugin-api'
import { recall, type ScanMemory } from '../verdicts/scan-memory.js'
import { type DigestedContent, isCostly } from '../verdicts/verdict-key.js'
import type { Deadline } from './deadline.js'
import { type Judgement, nothingFound, type Unscanned } from './judgement.js'
import type { LoadedScanner, NoReport, ScannerTraits } from './loaded-scanner.js'
import { reportFault } from './scan-report.js'

/** The scanners in the administrator's order, with the settings of the moment. */
export interface Scanners {
  readonly loaded: readonly LoadedScanner[]
  /** The id of the session for which they are asked. */
  readonly sessionId: string
  /** What was said before, when that is remembered at all. */
  readonly memory?: ScanMemory | undefined
  settingsOf(scanner: LoadedScanner): unknown
  /** Told of every scan that failed, with what was thrown. */
  failed(scanner: LoadedScanner, cause: unknown): void
  /** Told of every scan that was not answered when its time was over. */
  late(scanner: LoadedScanner): void
}

/** Who begins first. All are asked, whatever one of them has found: the names of all that detect are logged. */
const tiers: readonly ScannerTraits['cost'][] = ['cheap', 'costly']

/**
 * Scanners look at a content at the same time, cheap ones begun first, so that one that hangs does not hide what another
 * finds; readings come one after the other. What is not answered when the deadline is over is `scan-timeout`.
 *
 * @param readings the body as it came, and as it decodes
 */
export async function scan(
  scanners: Scanners,
  readings: readonly DigestedContent[],
  deadline: Deadline,
): Promise<Judgement> {
  if (scanners.loaded.length === 0) return nobodyAsked
  const answers: (ScanReport | NoReport)[] = []
  for (const content of readings) {
    const asked = askAll(scanners, content, deadline, answers)
    if (asked.length > 0)
      await deadline.wait(asked.length === 1 && asked[0] !== undefined ? asked[0] : Promise.all(asked))
  }
  if (deadline.over === 'time') tellLate(scanners, answers, deadline)
  return combine(answers)
}

/**
 * @param answers given one for each scanner, `late` until it is there
 * @returns what has to be waited for
 */
function askAll(
  scanners: Scanners,
  content: DigestedContent,
  deadline: Deadline,
  answers: (ScanReport | NoReport)[],
): Promise<void>[] {
  const { loaded, memory } = scanners
  const first = answers.length
  const asked: Promise<void>[] = []
  for (const _ of loaded) answers.push('late')
  for (const tier of tiers)
    for (let index = 0; index < loaded.length; index += 1) {
      const scanner = loaded[index]
      if (scanner === undefined || isCostly(scanner) !== (tier === 'costly')) continue
      const answer =
        memory === undefined
          ? ask(scanners, scanner, content, deadline)
          : recall(memory, index, content, deadline, () => ask(scanners, scanner, content, deadline))
      if (!(answer instanceof Promise)) answers[first + index] = answer
      else
        asked.push(
          answer.then((report) => {
            answers[first + index] = report
          }),
        )
    }
  return asked
}

/** Answers of one reading after the other, each in the order of the scanners. */
function tellLate(scanners: Scanners, answers: readonly (ScanReport | NoReport)[], { lateScanners }: Deadline): void {
  const { loaded } = scanners
  for (const [index, scanner] of loaded.entries()) {
    const isLate = answers.some((answer, at) => answer === 'late' && at % loaded.length === index)
    if (!isLate || lateScanners.has(scanner.id)) continue
    lateScanners.add(scanner.id)
    scanners.late(scanner)
  }
}

/** No answers at all would look like "nothing found". */
const nobodyAsked: Judgement = { findings: [], unscanned: [{ because: 'engine-down' }] }

/** Never rejects. */
async function ask(
  scanners: Scanners,
  loaded: LoadedScanner,
  content: Content,
  deadline: Deadline,
): Promise<ScanReport | NoReport> {
  const { signal } = deadline
  const { log } = loaded
  const call: Call = { settings: scanners.settingsOf(loaded), signal, log, session: scanners.sessionId }
  try {
    const report = await loaded.scanner.scan(content, call)
    const fault = reportFault(loaded.id, report)
    if (fault === undefined) {
      if (isAnswer(report)) loaded.watch?.succeeded()
      return report
    }
    scanners.failed(loaded, fault)
    return 'failed'
  } catch (cause) {
    // A scanner that obeys its signal throws because of it; that is the deadline's doing and no fault of the engine.
    if (deadline.over !== undefined) return 'late'
    scanners.failed(loaded, cause)
    return 'failed'
  }
}

/** A scanner that says of itself that it is down has neither worked nor failed. */
function isAnswer({ unscanned = [] }: ScanReport): boolean {
  return unscanned.every(({ because }) => because !== 'engine-down' && because !== 'engine-error')
}

function combine(answers: readonly (ScanReport | NoReport)[]): Judgement {
  if (answers.every(foundNothing)) return nothingFound
  const reports = answers.filter((answer) => typeof answer !== 'string')
  const unscanned: Unscanned[] = reports.flatMap((report) => report.unscanned ?? [])
  if (answers.includes('failed')) unscanned.push({ because: 'engine-error' })
  if (answers.includes('late')) unscanned.push({ because: 'scan-timeout' })
  return { findings: reports.flatMap((report) => report.findings), unscanned }
}

function foundNothing(answer: ScanReport | NoReport): boolean {
  if (typeof answer === 'string') return false
  return answer.findings.length === 0 && (answer.unscanned === undefined || answer.unscanned.length === 0)
}
