import type { Body, Content } from './content.js'
import type { InspectionSettings } from './inspection-settings.js'
import type { OutgoingBody } from './outcome.js'
import type { Finding, UnscannedCause } from './verdict.js'

/**
 * When bytes may leave, fixed before the first one does.
 *
 * `held`: nothing before the verdict (the default). `beyond`: the first `bytes` are held and scanned, the rest flows
 * (pass_filesize). `trickle`: held, but once it takes long a little goes out before the verdict, never the end. `live`:
 * everything flows unscanned, and is logged so, with the reason.
 */
export type ReleaseMode =
  | { readonly mode: 'held' }
  | { readonly mode: 'beyond'; readonly bytes: number }
  | TrickleMode
  | { readonly mode: 'live'; readonly because: 'skipped' | 'tunnel'; readonly detail?: string }

/**
 * What a reader makes of a body beside the body itself: a file of a form, a byte range, a part of a mail. Its body is read
 * to its end before the next reading is asked for.
 */
export interface Reading {
  /** The name that the reader will use, decoded; `''` when none. Findings in it carry it as their `member`. */
  readonly name: string
  readonly type: string
  /** As in a transfer. */
  readonly otherNames?: readonly string[]
  readonly codings: readonly string[]
  readonly body: Body
  /** It stands for the body itself, some of its other readings left out. Not looked at where the settings leave out more. */
  readonly isSkeleton?: true
  /**
   * What the form itself is refused for where the settings say so: `FSIGK/POLICY_FORMAT_MIME_BOUNDARY`,
   * `FSIGK/POLICY_FORMAT_MIME_FILENAME`, `FSIGK/POLICY_BLOCK_PARTIAL_MESSAGE` (guide 11.14).
   */
  readonly findings?: readonly Finding[]
  /** Why nobody can look into it, beside what scanners say of its bytes: an encrypted part. */
  readonly unscanned?: readonly { readonly because: UnscannedCause; readonly detail?: string }[]
  /** What it can be read as in its turn, once its codings are undone: a mail in a gzip. As of a transfer. */
  readonly readings?: Transfer['readings']
}

/** A body that takes longer than `delayMs` goes out by so many `bytes` every `intervalMs`, until there is a verdict. */
export interface TrickleMode {
  readonly mode: 'trickle'
  readonly delayMs: number
  readonly intervalMs: number
  readonly bytes: number
  /** So many of the bytes that came last stay back before the verdict; a body no longer than that goes out after it. */
  readonly keepBack: number
  /**
   * Called at most once, in place of `answer`, when the first bytes may go out. The body gives a little at a time, and the
   * rest after a verdict that lets it pass; otherwise it throws, and the peer must be shown that it has not come whole.
   */
  readonly begin: (body: OutgoingBody) => Promise<void>
}

/** Who sends a mail to whom (RFC 5321, 3.3), without angle brackets; POP knows neither. */
export interface Envelope {
  readonly mailFrom: string
  readonly rcptTo: readonly string[]
}

/** What a transfer meets in place of the section's own settings: mail of the LAN (guide 7.1.1.2). */
export interface TransferPolicy extends Pick<InspectionSettings, 'action' | 'quarantine'> {
  readonly notify_admin: boolean
  /** The template of its notice, of the section `template`: `smtp_lan`. */
  readonly template: string
}

/** One body moving one way through the gateway, as a protocol hands it to `session.inspect`. */
export interface Transfer {
  readonly direction: 'download' | 'upload'
  readonly release: ReleaseMode
  readonly body: Body
  /** The announced length in bytes, when the protocol announces one. */
  readonly bytes: number | undefined
  /** The file name that the peer will use, decoded; `''` when none. */
  readonly name: string
  /** Further names that some peers would use, decoded: what is refused by its name is refused by any of them. */
  readonly otherNames?: readonly string[]
  readonly type: string
  /**
   * Content codings in the order in which they were applied (`['gzip']`). The scan sees the body as it came and as it
   * decodes; a coding that is unknown or does not decode makes the verdict `unscanned(undecodable)`.
   */
  readonly codings: readonly string[]
  /**
   * Set when this is not the whole of a file (206, resumed download): cannot be judged, so never clean. `allowed`: a
   * setting lets parts pass, as `unscanned(range)`; they are scanned by themselves all the same.
   */
  readonly partial: boolean | 'allowed'
  /**
   * When it passes, it is told in the next line that the session records, whatever that is of: an upload in the line of the
   * response to it, so that a request is one line. Refused or broken off, it has a line of its own.
   */
  readonly sharesLine?: boolean
  /**
   * Set when the transfer goes on without its peer: its being closed does not end the scan, only the gateway's giving up
   * does. The content is held in a file, whatever its size, so that any worker can read it until it is answered.
   */
  readonly lasting?: boolean
  /**
   * Further readings of the body, looked at by all scanners beside it, a few at a time; one verdict is given on all.
   * Asked of the body as it came and of each form that it decodes to. What it throws makes the verdict
   * `unscanned(undecodable)`; of more than 1,000 readings the rest is not looked at, with the same verdict.
   *
   * @param signal aborted when the time of the scan is over
   */
  readonly readings?: (content: Content, signal: AbortSignal) => AsyncIterable<Reading>
  /** False when its readings are looked at and the body itself is not, since one of them stands for it, or none may. */
  readonly scansBody?: boolean
  /**
   * Set when the body is a mail (RFC 5322): kept in mbox format, replaced by `action=delete`, its notices mails of their
   * own, and not scanned when it is a notice of this very gateway.
   */
  readonly mail?: Envelope
  readonly policy?: TransferPolicy
  /** Aborted when nobody waits for the answer any more: the scan ends, and `inspect` rejects with its reason. */
  readonly signal?: AbortSignal
}
