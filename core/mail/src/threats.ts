import type { Verdict } from '@fsigk/plugin-api'

/** The names of what was found, each once. */
export function threatsOf(verdict: Verdict): readonly string[] {
  return verdict.is === 'infected' ? [...new Set(verdict.findings.map(({ threat }) => threat))] : []
}
