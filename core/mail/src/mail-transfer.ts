/** A message as the pipeline sees it: what is released when, and what is read in it (guide 7.1.1.2, 7.1.1.3). */
import type { Body, Envelope, ReleaseMode, Transfer } from '@fsigk/plugin-api'
import { mailReadings } from '@fsigk/wire'

/** The settings of the protocol's section that say how mail is looked at. */
export interface MailTransferSettings {
  readonly virus_check: boolean
  readonly virus_check_text: boolean
  readonly virus_check_wholehtml: boolean
  readonly pass_filesize: boolean
  readonly pass_filesize_len: number
}

export interface MailTransferOptions {
  readonly direction: Transfer['direction']
  readonly body: Body
  readonly settings: MailTransferSettings
  readonly envelope: Envelope
  /** What mail of the LAN meets. */
  readonly policy?: NonNullable<Transfer['policy']>
  /** As of a transfer. */
  readonly signal?: AbortSignal
}

export function mailTransfer(options: MailTransferOptions): Transfer {
  const { direction, body, settings, envelope, policy, signal } = options
  const reading = { text: settings.virus_check_text, wholeHtml: settings.virus_check_wholehtml }
  return {
    direction,
    release: releaseOf(settings),
    body,
    bytes: undefined,
    name: '',
    type: 'message/rfc822',
    codings: NONE,
    partial: false,
    readings: (content, until) => mailReadings(content, until, reading),
    scansBody: false,
    mail: envelope,
    ...(policy !== undefined && { policy }),
    ...(signal !== undefined && { signal }),
  }
}

const NONE: readonly string[] = []

function releaseOf({ virus_check, pass_filesize, pass_filesize_len }: MailTransferSettings): ReleaseMode {
  if (!virus_check) return { mode: 'live', because: 'skipped' }
  return pass_filesize ? { mode: 'beyond', bytes: pass_filesize_len } : { mode: 'held' }
}
