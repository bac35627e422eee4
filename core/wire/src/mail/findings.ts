/** What the form of a mail is refused for (guide 11.14). */
import type { Entity } from './entity.js'
import type { MailFinding } from './mail-reading.js'
import { isMultipart, isPartial } from './part-kinds.js'

const BOUNDARY: MailFinding = { threat: 'FSIGK/POLICY_FORMAT_MIME_BOUNDARY', category: 'policy' }
const FILENAME: MailFinding = { threat: 'FSIGK/POLICY_FORMAT_MIME_FILENAME', category: 'policy' }
const PARTIAL: MailFinding = { threat: 'FSIGK/POLICY_BLOCK_PARTIAL_MESSAGE', category: 'policy' }

/** A quotation mark, codes below 0x1f and above 0x7f. */
const inBoundary = /["\x00-\x1e\x80-\xff]/

/** Codes below 0x1f but the escape of ISO-2022. */
const inName = /[\x00-\x1a\x1c-\x1e]/

const NONE: readonly MailFinding[] = []

export function partFindings(entity: Entity): readonly MailFinding[] {
  const findings: MailFinding[] = []
  if (isMultipart(entity) && entity.boundaries.some((boundary) => inBoundary.test(boundary))) findings.push(BOUNDARY)
  if (entity.rawNames.some((name) => inName.test(name))) findings.push(FILENAME)
  if (isPartial(entity)) findings.push(PARTIAL)
  return findings.length === 0 ? NONE : findings
}
