import type { FsigkError, ScanReport, UnscannedCause } from '@fsigk/plugin-api'
import { fail } from '../errors.js'
import { causes } from './policy.js'

/**
 * What is wrong with a scanner's report; undefined when nothing is. A plugin may be plain JavaScript, so its types prove
 * nothing, and a report that cannot be read must not be taken for "nothing found".
 */
export function reportFault(scanner: string, report: ScanReport): FsigkError | undefined {
  const read: unknown = report
  if (typeof read !== 'object' || read === null) return fail('FSIGK_REPORT_INVALID', [scanner, 'no content'])
  if (!Array.isArray(report.findings)) return fail('FSIGK_REPORT_INVALID', [scanner, 'no list of findings'])
  for (const finding of report.findings) {
    if (typeof finding?.threat !== 'string' || finding.threat === '')
      return fail('FSIGK_REPORT_INVALID', [scanner, 'a finding without a name'])
  }
  if (report.unscanned === undefined) return undefined
  if (!Array.isArray(report.unscanned)) return fail('FSIGK_REPORT_INVALID', [scanner, 'a cause that is not in a list'])
  for (const part of report.unscanned) {
    if (!isScannersCause(part?.because))
      return fail('FSIGK_REPORT_INVALID', [scanner, `the cause '${String(part?.because)}', which no scanner can give`])
  }
  return undefined
}

/** That something is skipped is the administrator's to say: from a scanner it would be a way past the policy. */
function isScannersCause(because: unknown): boolean {
  if (typeof because !== 'string' || !Object.hasOwn(causes, because)) return false
  return causes[because as UnscannedCause].kind !== 'setting'
}
