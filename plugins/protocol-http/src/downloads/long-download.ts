/** Which responses may begin to go out before their verdict (`trickle`), and how slowly. */
import type { OutgoingBody, Transfer } from '@fsigk/plugin-api'
import type { HttpSettings } from '../settings.js'

/** What browsers act on while it still comes in: its first bytes alone may do harm. */
const ACTIVE_TYPES: ReadonlySet<string> = new Set([
  'text/html',
  'text/xml',
  'application/xml',
  'text/xsl',
  'unknown/unknown',
  'application/unknown',
  'multipart/x-mixed-replace',
  'text/event-stream',
])

/** What is no type, or several, browsers guess, or take the last one. */
const IS_ONE_TYPE = /^[\w!#$%&'+.^`|~-]+\/[\w!#$%&'+.^`|~-]+$/

/**
 * The transfer as it is released when it takes long: as before where it does not trickle.
 *
 * @param begin sends a body that has begun to trickle
 */
export function trickling(
  transfer: Transfer,
  settings: HttpSettings,
  begin: (body: OutgoingBody) => Promise<void>,
): Transfer {
  if (transfer.release.mode !== 'held' || transfer.partial !== false || actsEarly(transfer.type)) return transfer
  const { trickle_delay, trickle_interval, trickle_bytes, trickle_keep } = settings
  return {
    ...transfer,
    release: {
      mode: 'trickle',
      delayMs: trickle_delay * 1000,
      intervalMs: trickle_interval * 1000,
      bytes: trickle_bytes,
      keepBack: trickle_keep,
      begin,
    },
  }
}

/** Whether a browser acts on a body of this type before it has it whole. */
export function actsEarly(type: string): boolean {
  const media = mediaType(type)
  return ACTIVE_TYPES.has(media) || media.endsWith('+xml') || !IS_ONE_TYPE.test(media)
}

function mediaType(type: string): string {
  const end = type.indexOf(';')
  return (end === -1 ? type : type.slice(0, end)).trim().toLowerCase()
}
