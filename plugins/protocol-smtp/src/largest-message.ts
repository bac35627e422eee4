import type { SmtpSettings } from './settings.js'

/** Guide 11.8, 11.9: 2 GB. */
export const MAX_MESSAGE_BYTES = 2_000_000_000

/** The longest message that is taken, in bytes. */
export function largestMessage({ block_messagesize, block_messagesize_len }: SmtpSettings): number {
  return block_messagesize ? block_messagesize_len : MAX_MESSAGE_BYTES
}
