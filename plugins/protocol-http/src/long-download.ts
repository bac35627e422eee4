/** Which responses may begin to go out before their verdict (`trickle`), and how slowly. */
import type { OutgoingBody, Transfer } from '@fsigk/plugin-api'
import type { HttpSettings } from './settings.js'

/** What browsers act on while it still comes in: its first bytes alone may do harm. */
const ACTIVE_TYPES: ReadonlySet<string> = new Set([
  '',
  'text/html',
  'text/xml',
  'application/xml',
  'application/xhtml+xml',
  'image/svg+xml',
  'multipart/x-mixed-replace',
  'text/event-stream',
])

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
  return ACTIVE_TYPES.has(mediaType(type))
}

function mediaType(type: string): string {
  const end = type.indexOf(';')
  return (end === -1 ? type : type.slice(0, end)).trim().toLowerCase()
}
