/** Which answers may become a page that shows their progress: downloads that a person waits for in a browser. */
import type { Transfer } from '@fsigk/plugin-api'
import { actsEarly } from '../downloads/long-download.js'
import { names } from '../message/field-names.js'
import type { RequestHead } from '../message/request-head.js'
import type { ResponseHead } from '../message/response-head.js'

/** What is announced to be no longer than this is there in a moment. */
const SMALL_BYTES = 65_536

/** Pages themselves are never offered, nor what a page asks for: only what a person has followed a link to. */
export function isOffered(request: RequestHead, response: ResponseHead, transfer: Transfer): boolean {
  if (request.method !== 'GET' || request.version === '0.9' || response.status !== 200) return false
  if (transfer.release.mode !== 'held' || transfer.partial !== false || actsEarly(transfer.type)) return false
  if (transfer.bytes !== undefined && transfer.bytes <= SMALL_BYTES) return false
  return isNavigation(request)
}

function isNavigation({ fields }: RequestHead): boolean {
  if (fields.first(names.userAgent)?.startsWith('Mozilla/') !== true) return false
  if (fields.joined(names.accept)?.includes('text/html') !== true) return false
  if (fields.has(names.range) || fields.has(names.xRequestedWith) || fields.has(names.secPurpose)) return false
  // Browsers of today say what they ask for; of those that do not, the other fields must do.
  return (fields.first(names.secFetchDest) ?? 'document') === 'document'
}
