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
  /** Its length in bytes, when it is known for certain. */
  readonly bytes?: number
  readonly settings: MailTransferSettings
  readonly envelope: Envelope
  /** What mail of the LAN meets. */
  readonly policy?: NonNullable<Transfer['policy']>
  /** Whether the server is one whose data is not scanned (`acl_pass_to`). */
  readonly skipsScan: boolean
  /** As of a transfer. */
  readonly signal?: AbortSignal
}

export function mailTransfer(options: MailTransferOptions): Transfer {
  const { direction, body, bytes, settings, envelope, policy, signal } = options
  const reading = { text: settings.virus_check_text, wholeHtml: settings.virus_check_wholehtml }
  return {
    direction,
    release: releaseOf(options),
    body,
    bytes,
    name: '',
    type: 'message/rfc822',
    codings: NONE,
    partial: false,
    readings: (content, until) => mailReadings(content, until, reading),
    // What is left out of the readings stands in the body too.
    scansBody: reading.text && reading.wholeHtml,
    mail: envelope,
    ...(policy !== undefined && { policy }),
    ...(signal !== undefined && { signal }),
  }
}

const NONE: readonly string[] = []

function releaseOf({ settings, skipsScan, bytes }: MailTransferOptions): ReleaseMode {
  if (!settings.virus_check) return { mode: 'live', because: 'skipped' }
  if (skipsScan) return { mode: 'live', because: 'skipped', detail: 'PASS_TO' }
  if (!settings.pass_filesize || (bytes !== undefined && bytes <= settings.pass_filesize_len)) return { mode: 'held' }
  return { mode: 'beyond', bytes: settings.pass_filesize_len }
}
