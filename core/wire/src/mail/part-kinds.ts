/** What is to be done with a part, by what its header says. */
import type { Entity } from './entity.js'

/** Some write `mixed/multipart`, or the first half alone. */
const multipart = /^multipart(?:\/|$)/

/** Mails and pieces of them; what holds only fields, or a report, is text. */
const message = /^message\/(?!delivery-status|disposition-notification|feedback-report|tracking-status)/

export function isMultipart({ types }: Entity): boolean {
  return types.some((type) => multipart.test(type))
}

/** Every reader takes it for a multipart, with one of the boundaries. */
export function isPlainMultipart({ types, encodings, boundaries }: Entity): boolean {
  if (types.length === 0 || boundaries.length === 0) return false
  return types.every((type) => multipart.test(type)) && encodings.length === 1 && encodings[0] === 'identity'
}

/** Read in more than one way, each of which is tried on its body as it stands. */
export function isAmbiguous(entity: Entity): boolean {
  if (entity.encodings.length > 1 || isMultipart(entity) || entity.boundaries.length > 0) return true
  // The standard allows mails no encoding, and some readers take none off.
  return entity.encodings[0] !== 'identity' && entity.types.some((type) => message.test(type))
}

/** Programs open these as mails, whatever their type. */
const messageName = /\.(?:eml|mht|mhtml|nws|mbx|mbox)$/i

export function isMessage({ types, names }: Entity): boolean {
  return types.some((type) => message.test(type)) || names.some((name) => messageName.test(name))
}

/** Calendars and address cards (RFC 5545, RFC 6350), which hold files in lines of their own. */
export function isCard({ types, names }: Entity): boolean {
  return (
    types.some((type) => /^text\/(?:x-)?(?:calendar|vcalendar|vcard|directory)$/.test(type)) ||
    names.some((name) => /\.(?:ics|ifb|vcs|vcf|vcard)$/i.test(name))
  )
}

export function isPartial({ types }: Entity): boolean {
  return types.includes('message/partial')
}

/** A body that is shown as text and nothing else. */
export function isTextBody({ types, names, isAttachment }: Entity): boolean {
  return types.every((type) => type === 'text/plain' || type === 'text') && names.length === 0 && !isAttachment
}

export function isHtmlBody({ types, names, isAttachment }: Entity): boolean {
  return types.some((type) => type === 'text/html') && names.length === 0 && !isAttachment
}

/**
 * Where a reader may find a file that stands encoded in text, or parts that are not declared. Some look at the lines of a
 * mail whatever its parts are said to be.
 */
export function isSearched({ types, names, encodings }: Entity): boolean {
  return (
    types.length === 0 ||
    encodings.includes('identity') ||
    types.some((type) => /^(?:text|message|multipart)\/|uue|binhex|yenc/.test(type) || !type.includes('/')) ||
    names.some((name) => /\.(?:uue?|xxe?|hqx|ync|txt|eml|mime?|b64)$/i.test(name)) ||
    encodings.some((encoding) => encoding === 'uuencode')
  )
}
