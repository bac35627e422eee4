import type { Finding, UnscannedCause } from '@fsigk/plugin-api'

/** One reason why content, or a part of it, could not be judged. */
export interface Unscanned {
  readonly because: UnscannedCause
  readonly detail?: string
  /** The word in the log, when it is not that of the cause: `PASS_EXT`. */
  readonly word?: string
}

/** All that was found out about content: facts, before any policy. */
export interface Judgement {
  readonly findings: readonly Finding[]
  readonly unscanned: readonly Unscanned[]
}

export const nothingFound: Judgement = Object.freeze({ findings: [], unscanned: [] })
