/** Fields of a response that say how its body is read, brought into the one form that every reader reads alike. */
import { contentCodings } from './content-codings.js'
import { type FieldName, names } from './field-names.js'
import type { Fields } from './fields.js'

/** One of several is what some readers take first, others last. Browsers refuse them too when they differ. */
const single = [names.contentDisposition, names.location, names.contentRange] as const

/**
 * Changes the fields: Content-Encoding becomes one list of codings, or goes when it names none; of several Content-Type
 * the last stays, as in browsers; what is repeated to the letter is said once.
 *
 * @returns false when they cannot be brought into one reading: several names, locations or ranges that differ
 */
export function tidyResponse(fields: Fields, status: number): boolean {
  // It would change how a client decodes what it has stored, and was shown to no scanner as such (RFC 9111, 3.2).
  if (status === 304) fields.leave(names.contentEncoding, undefined)
  const encoding = fields.joined(names.contentEncoding)
  if (encoding !== undefined) {
    const codings = contentCodings(encoding).join(', ')
    if (codings !== encoding || fields.repeats(names.contentEncoding))
      fields.leave(names.contentEncoding, codings === '' ? undefined : codings)
  }
  if (fields.repeats(names.contentType)) fields.leave(names.contentType, fields.last(names.contentType))
  return single.every((name) => !fields.repeats(name) || leaveOne(fields, name))
}

function leaveOne(fields: Fields, name: FieldName): boolean {
  const value = fields.first(name)
  if (fields.values.some((other, at) => fields.names[at] === name && other !== value)) return false
  fields.leave(name, value)
  return true
}

/** Tells clients not to ask for parts, which they would get as wholes (RFC 9110, 14.3). */
export function tellNoRanges(fields: Fields): void {
  if (fields.has(names.acceptRanges)) fields.leave(names.acceptRanges, 'none')
}
