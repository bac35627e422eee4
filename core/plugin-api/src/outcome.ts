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
}

/**
 * What became of a transfer: what policy decided, with the verdict that led there. A refused outcome has no body in
 * its type, so that forwarding it is a compile error.
 *
 * `notice` is the filled-in template, ready for the wire (UTF-8). `transient` refusals may be tried again by the peer.
 */
export type Outcome =
  | { readonly disposition: 'pass' | 'tag'; readonly verdict: Verdict; readonly body: OutgoingBody }
  | {
      readonly disposition: 'block' | 'replace' | 'return' | 'drop' | 'defer'
      readonly verdict: Verdict
      readonly notice: string
    }

export type Disposition = Outcome['disposition']
