/** What the scanners of a revision said before, as the pipeline looks it up. */
import type { Finding, ScanReport } from '@fsigk/plugin-api'
import type { Deadline } from '../pipeline/deadline.js'
import { type Judgement, nothingFound } from '../pipeline/judgement.js'
import type { LoadedScanner, NoReport } from '../pipeline/loaded-scanner.js'
import type { VerdictCache } from './verdict-cache.js'
import { type DigestedContent, isCostly, type Known, type VerdictKey } from './verdict-key.js'

export interface ScanMemory {
  readonly cache: VerdictCache
  readonly loaded: readonly LoadedScanner[]
  /** For each of them under what its reports are found; undefined for those that are always asked. */
  readonly keys: readonly (VerdictKey | undefined)[]
  /** Service and revision: what mails are read as depends on their settings. */
  readonly under: string
}

/**
 * What all scanners said of a body before, by a look; undefined when one of them has to be asked.
 * @param codings of the body, whose forms count too
 * @param isCut it is the first part of a longer one
 */
export function remembered(
  memory: ScanMemory,
  body: DigestedContent,
  codings: readonly string[],
  isCut: boolean,
): Judgement | undefined {
  const forms = codings.length === 0 ? noForms : memory.cache.forms.of(body, codings, isCut)
  if (forms === undefined) return undefined
  let findings = findingsIn(memory, body)
  for (const form of forms) {
    const found = findings === undefined ? undefined : findingsIn(memory, form)
    if (findings === undefined || found === undefined) return undefined
    if (found.length > 0) findings = [...findings, ...found]
  }
  if (findings === undefined) return undefined
  memory.cache.served(memory.keys.length * (1 + forms.length))
  return findings.length === 0 ? nothingFound : { findings, unscanned: [] }
}

/** Whether such a mail was looked at before, and all scanners still say of each of its pieces that nothing is in it. */
export function isKnownClean(memory: ScanMemory, mail: DigestedContent): boolean {
  const pieces = memory.cache.mails.of(mail, memory.under)
  if (pieces === undefined) return false
  for (const piece of pieces) if (findingsIn(memory, piece)?.length !== 0) return false
  memory.cache.served(memory.keys.length * pieces.length)
  return true
}

const noForms: readonly Known[] = []
const noFindings: readonly Finding[] = []

function findingsIn({ cache, keys }: ScanMemory, content: Known): readonly Finding[] | undefined {
  let findings = noFindings
  for (const key of keys) {
    const name = key?.of(content)
    const report = name === undefined ? undefined : cache.known(name)
    if (report === undefined) return undefined
    if (report.findings.length > 0) findings = [...findings, ...report.findings]
  }
  return findings
}

/**
 * One scanner's report: remembered, of a scan for somebody else, or of `scan`. The promise never rejects.
 * @param index of the scanner in its order
 */
export function recall(
  { cache, keys, loaded }: ScanMemory,
  index: number,
  content: DigestedContent,
  deadline: Deadline,
  scan: () => Promise<ScanReport | NoReport>,
): ScanReport | Promise<ScanReport | NoReport> {
  const key = keys[index]
  const name = key?.of(content)
  if (name === undefined) return scan()
  const known = cache.known(name)
  if (known !== undefined) {
    cache.served(1)
    return known
  }
  const scanner = loaded[index]
  const wanted = {
    deadline,
    isCostly: scanner === undefined || isCostly(scanner),
    scan,
    isStillSo: () => key?.of(content) === name,
  }
  return cache.report(name, wanted)
}
