/** Revisions as people name them: `12` and `r12`, `-1` for one back, or a date for what was in force then. */
import type { Broken } from './definition.js'

export type RevisionReference =
  | { readonly by: 'number'; readonly revision: number }
  /** So many before the newest. */
  | { readonly by: 'back'; readonly steps: number }
  /** The newest that was saved at or before that moment. */
  | { readonly by: 'date'; readonly at: Date }

const FORMS = 'must be a number (12 or r12), -1 for one back, or a date like 2026-01-31 or 2026-01-31T13:00:00Z'

/** A date without a time is the beginning of that day; one without a zone is UTC, as all times that are shown. */
export function parseRevision(text: string): RevisionReference | Broken {
  const number = /^r?([1-9][0-9]{0,14})$/.exec(text)?.[1]
  if (number !== undefined) return { by: 'number', revision: Number(number) }
  const steps = /^-([1-9][0-9]{0,14})$/.exec(text)?.[1]
  if (steps !== undefined) return { by: 'back', steps: Number(steps) }
  const at = parseIsoDate(text)
  return at === undefined ? { rule: FORMS } : { by: 'date', at }
}

/** Reads ISO 8601 dates and date-times; undefined when the text is none, or names a day that does not exist. */
export function parseIsoDate(text: string): Date | undefined {
  const parts = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(text)
  if (parts === null) return undefined
  const [, day = '', time = '00:00', zone = 'Z'] = parts
  // Date rolls 30 February over to March; the day alone, read back, tells.
  const midnight = new Date(`${day}T00:00Z`)
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return undefined
  const at = new Date(`${day}T${time}${zone}`)
  return Number.isNaN(at.getTime()) ? undefined : at
}
