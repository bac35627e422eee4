/** One thing that a scanner saw. */
export interface Finding {
  /** The name the engine gives. */
  readonly threat: string
  /** Riskware is legal but unwanted and has its own policy; `policy` is a `FSIGK/POLICY_*` detection of our own. */
  readonly category: 'malware' | 'riskware' | 'policy'
  /** The member of an archive or mail in which it was seen. */
  readonly member?: string
}

/**
 * Why content could not be judged. What each leads to is policy: the table in `core/gateway/src/pipeline/policy.ts`.
 *
 * Transient, refused for now: `engine-down` (no scanner answers, or none is loaded), `engine-error` (it threw),
 * `no-space` (the spool is full). In the content, a policy detection: `scan-timeout`, `max-nested`, `encrypted`,
 * `undecodable` (also bombs and an engine's own limits), `filesize` and `messagesize` (larger than allowed).
 * By setting: `range` (a part of a file that the peer asked for), `over-filesize` (the rest beyond pass_filesize_len),
 * `skipped` (a host, User-Agent or extension that is not scanned, or virus_check off), `tunnel`.
 */
export type UnscannedCause =
  | 'engine-down'
  | 'engine-error'
  | 'no-space'
  | 'scan-timeout'
  | 'max-nested'
  | 'encrypted'
  | 'undecodable'
  | 'filesize'
  | 'messagesize'
  | 'over-filesize'
  | 'range'
  | 'skipped'
  | 'tunnel'

/** The fact about content. */
export type Verdict =
  | { readonly is: 'clean' }
  | { readonly is: 'infected'; readonly findings: readonly [Finding, ...Finding[]] }
  | { readonly is: 'spam'; readonly name: string; readonly score?: number }
  | { readonly is: 'unscanned'; readonly because: UnscannedCause; readonly detail?: string }
