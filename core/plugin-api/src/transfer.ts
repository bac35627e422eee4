import type { Body } from './content.js'

/**
 * When bytes may leave, fixed before the first one does.
 *
 * `held`: nothing before the verdict (the default). `beyond`: the first `bytes` are held and scanned, the rest flows
 * (pass_filesize). `live`: everything flows unscanned, and is logged so, with the reason.
 */
export type ReleaseMode =
  | { readonly mode: 'held' }
  | { readonly mode: 'beyond'; readonly bytes: number }
  | { readonly mode: 'live'; readonly because: 'skipped' | 'tunnel'; readonly detail?: string }

/** One body moving one way through the gateway, as a protocol hands it to `session.inspect`. */
export interface Transfer {
  readonly direction: 'download' | 'upload'
  readonly release: ReleaseMode
  readonly body: Body
  /** The announced length in bytes, when the protocol announces one. */
  readonly bytes: number | undefined
  /** The file name that the peer will use, decoded; `''` when none. */
  readonly name: string
  readonly type: string
  /**
   * Content codings in the order in which they were applied (`['gzip']`). The scan sees the body as it came and as it
   * decodes; a coding that is unknown or does not decode makes the verdict `unscanned(undecodable)`.
   */
  readonly codings: readonly string[]
  /** Set when this is not the whole of a file (206, resumed download): cannot be judged, so never clean. */
  readonly partial: boolean
}
