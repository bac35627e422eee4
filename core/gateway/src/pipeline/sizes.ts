/** How large a body may be, and what one that is larger is (guide 11.1, 11.8, 11.14). */
import type { Finding, InspectionSettings } from '@fsigk/plugin-api'
import type { Judgement, Unscanned } from './judgement.js'

/** Guide 11.1: no mail may be larger, whatever the settings say. */
const MAX_MAIL_BYTES = 2_000_000_000

export type SizeSettings = Pick<InspectionSettings, 'block_filesize' | 'block_filesize_len'> & {
  readonly block_messagesize?: boolean
  readonly block_messagesize_len?: number
}

export const TOO_LARGE: Finding = { threat: 'FSIGK/POLICY_BLOCK_MESSAGESIZE', category: 'policy' }

/** In bytes; Infinity when there is no limit. */
export function largestAllowed(settings: SizeSettings, isMail: boolean): number {
  const largestFile = settings.block_filesize ? settings.block_filesize_len : Infinity
  return isMail ? Math.min(largestFile, largestMail(settings), MAX_MAIL_BYTES) : largestFile
}

/** What a body of this length is refused for. */
export function oversize(settings: SizeSettings, isMail: boolean, bytes: number): Judgement {
  const unscanned: Unscanned[] = []
  if (isMail && bytes > largestMail(settings)) unscanned.push({ because: 'messagesize' })
  if (settings.block_filesize && bytes > settings.block_filesize_len) unscanned.push({ because: 'filesize' })
  return { findings: isMail && bytes > MAX_MAIL_BYTES ? [TOO_LARGE] : [], unscanned }
}

function largestMail({ block_messagesize, block_messagesize_len }: SizeSettings): number {
  return block_messagesize === true ? (block_messagesize_len ?? MAX_MAIL_BYTES) : Infinity
}
