/** clamd's words (clamd(8)) as a report: what it found, and what it did not look into. */
import type { Finding, ScanReport, UnscannedCause } from '@fsigk/plugin-api'

/** What one scan came to. `no-access`: clamd may not read the file by its path. */
export type ScanReply =
  | { readonly is: 'report'; readonly report: ScanReport }
  | { readonly is: 'no-access' }
  | { readonly is: 'error'; readonly text: string }

const CLEAN: ScanReport = Object.freeze({ findings: Object.freeze([]) })
const MAX_REPLY_CHARACTERS = 500

/** Alerts that name a limit of the engine rather than a threat (clamd.conf(5): AlertExceedsMax, AlertEncrypted). */
const limits: readonly (readonly [prefix: string, because: UnscannedCause])[] = [
  ['Heuristics.Limits.Exceeded.MaxRecursion', 'max-nested'],
  ['Heuristics.Limits.Exceeded.MaxScanTime', 'scan-timeout'],
  ['Heuristics.Limits.Exceeded', 'undecodable'],
  ['Heuristics.Encrypted', 'encrypted'],
]
const NO_ACCESS =
  /lstat\(\) failed|Access denied|Permission denied|No such file|Can't open file|Not supported file type/

/** @param line one reply without its session number and its end: `stream: Eicar-Signature FOUND` */
export function scanReply(line: string): ScanReply {
  if (/: OK$/.test(line)) return { is: 'report', report: CLEAN }
  const alert = /: (.+) FOUND$/.exec(line)?.[1]
  if (alert !== undefined) return { is: 'report', report: reportOf(alert) }
  if (/INSTREAM[: ]+size limit exceeded/i.test(line))
    return { is: 'report', report: unscanned('undecodable', 'larger than StreamMaxLength of clamd') }
  if (NO_ACCESS.test(line)) return { is: 'no-access' }
  return { is: 'error', text: line.slice(0, MAX_REPLY_CHARACTERS) }
}

function reportOf(alert: string): ScanReport {
  const limit = limits.find(([prefix]) => alert.startsWith(prefix))
  if (limit !== undefined) return unscanned(limit[1], alert)
  const category: Finding['category'] = alert.startsWith('PUA.') ? 'riskware' : 'malware'
  // Names of unofficial databases end so; the name alone is what other logs are compared by.
  return { findings: [{ threat: alert.replace(/\.UNOFFICIAL$/, ''), category }] }
}

export function unscanned(because: UnscannedCause, detail: string): ScanReport {
  return { findings: [], unscanned: [{ because, detail }] }
}
