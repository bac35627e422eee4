/** Lengths of time as people write them: `90s`, `10m`, `2h`, `1d`. */
import type { Broken } from './definition.js'

const unitsMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const LONGEST_MS = 7 * 86_400_000

/** @returns milliseconds, or the rule that the text breaks */
export function parseDuration(text: string): { readonly ms: number } | Broken {
  const [, digits, unit] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? []
  const ms = Number(digits) * (unitsMs[unit ?? ''] ?? Number.NaN)
  return ms <= LONGEST_MS ? { ms } : { rule: 'must be a time like 90s, 10m or 2h, at most 7d' }
}
