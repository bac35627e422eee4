/** Reports as they are remembered: only such as say all there is to say, and read back strictly. */
import { type Finding, type ScanReport, z } from '@fsigk/plugin-api'

/** What shared state takes as one value. */
const MAX_TEXT_BYTES = 16 * 1024

const finding = z.strictObject({
  threat: z.string().min(1),
  category: z.enum(['malware', 'riskware', 'policy']),
  member: z.string().exactOptional(),
})
const at = z.int().nonnegative()
const text = z.discriminatedUnion('clean', [
  z.strictObject({ clean: z.literal(true), at }),
  z.strictObject({ clean: z.literal(false), at, findings: z.array(finding).min(1) }),
])

export const CLEAN: ScanReport = Object.freeze({ findings: Object.freeze([]) })

/** A report, and when it was given. */
export interface Remembered {
  readonly report: ScanReport
  /** In milliseconds since 1970. */
  readonly at: number
}

/**
 * The report as it may be remembered; undefined when it may not: it has parts that nobody looked into, or is so long
 * that it costs more than to scan again.
 */
export function rememberable({ findings, unscanned = [] }: ScanReport): ScanReport | undefined {
  if (unscanned.length > 0) return undefined
  if (findings.length === 0) return CLEAN
  const kept = z.array(finding).safeParse(findings)
  if (!kept.success || Buffer.byteLength(JSON.stringify(kept.data)) > MAX_TEXT_BYTES - 100) return undefined
  return Object.freeze({ findings: Object.freeze(kept.data.map((each): Finding => Object.freeze(each))) })
}

/** @param report one that `rememberable` gave */
export function textOf({ report, at: given }: Remembered): string {
  const { findings } = report
  return JSON.stringify(findings.length === 0 ? { clean: true, at: given } : { clean: false, at: given, findings })
}

/** What a text says; undefined for anything that is not exactly such a text. */
export function rememberedFrom(value: unknown): Remembered | undefined {
  if (typeof value !== 'string') return undefined
  const read = text.safeParse(parsed(value))
  if (!read.success) return undefined
  const report = read.data.clean ? CLEAN : rememberable({ findings: read.data.findings })
  return report === undefined ? undefined : { report, at: read.data.at }
}

function parsed(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}
