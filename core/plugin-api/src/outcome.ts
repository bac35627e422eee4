import type { Body } from './content.js'
import type { Verdict } from './verdict.js'

/** What passes on: the bytes, and how many when that is known beforehand. */
export interface OutgoingBody {
  readonly bytes: number | undefined
  /** The whole body in memory when it is small, so that it can leave in one write. */
  readonly memory: readonly Buffer[] | undefined
  /** The file that holds the whole body until the answer has been given, when one does. Only for reading. */
  readonly path?: string | undefined
  open(): Body
  /**
   * There when it is the transfer's own body, of which nothing has been taken: whoever has a shorter way from its source to
   * the peer may take that in place of `open`. He tells how much he passes, before it leaves.
   *
   * Throws FSIGK_BODY_TOO_LARGE when that is more than is allowed: it must be broken off, visibly.
   *
   * @param bytes of the body so far
   */
  readonly passing?: ((bytes: number) => void) | undefined
}

/** A notice as a mail (guide 7.3): what its template says, without the fields that its sender writes himself. */
export interface NoticeMail {
  /** The address that the template's `From:` names, for the envelope too; `''` when it names none. */
  readonly from: string
  /** Lines of the header, each ending in CRLF, RFC 2047 applied: the template's own, `Subject` and `From` among them. */
  readonly fields: string
  /** UTF-8, its lines ending in LF. */
  readonly text: string
}

/**
 * What became of a transfer: what policy decided, with the verdict that led there. A refused outcome has no body in
 * its type, so that forwarding it is a compile error.
 *
 * `notice` is the filled-in template, ready for the wire (UTF-8); filled in when it, or `mail`, is first read. `transient` refusals may be tried again by the peer.
 */
export type Outcome =
  | { readonly disposition: 'pass' | 'tag'; readonly verdict: Verdict; readonly body: OutgoingBody }
  | {
      readonly disposition: 'block' | 'replace' | 'return' | 'drop' | 'defer'
      readonly verdict: Verdict
      readonly notice: string
      /** The same notice as a mail. */
      readonly mail: NoticeMail
    }

export type Disposition = Outcome['disposition']
