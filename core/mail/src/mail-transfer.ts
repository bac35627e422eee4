/** A message as the pipeline sees it: what is released when, and what is read in it (guide 7.1.1.2, 7.1.1.3). */
import { type Body, type Envelope, listWords, type Reading, type ReleaseMode, type Transfer } from '@fsigk/plugin-api'
import { mailReadings } from '@fsigk/wire'

/** The settings of the protocol's section that say how mail is looked at. */
export interface MailTransferSettings {
  readonly virus_check: boolean
  readonly virus_check_text: boolean
  readonly virus_check_wholehtml: boolean
  readonly pass_filesize: boolean
  readonly pass_filesize_len: number
  readonly pass_ext: boolean
  readonly pass_ext_list: string
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
  const passed = settings.pass_ext ? listWords(settings.pass_ext_list.toLowerCase()) : NONE
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
    readings: (content, until) => withoutPassed(mailReadings(content, until, reading), passed),
    // What is left out of the readings stands in the body too.
    scansBody: reading.text && reading.wholeHtml && passed.length === 0,
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

/** Attachments that are not scanned for their names (`pass_ext`); by their names they may be refused all the same. */
async function* withoutPassed(readings: AsyncIterable<Reading>, endings: readonly string[]): AsyncIterable<Reading> {
  const isPassed = (name: string) => endings.some((ending) => name.toLowerCase().endsWith(ending))
  for await (const reading of readings) {
    const isSkipped = reading.name !== '' && [reading.name, ...(reading.otherNames ?? NONE)].every(isPassed)
    if (!isSkipped) yield reading
    else {
      // It is read all the same: what comes behind it stands behind its end.
      for await (const _ of reading.body);
      const { readings: _, ...form } = reading
      yield { ...form, body: nothing(), codings: NONE }
    }
  }
}

async function* nothing(): Body {}
