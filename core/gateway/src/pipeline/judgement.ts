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

export function withUnseen(judgement: Judgement, unseen: readonly Unscanned[]): Judgement {
  if (unseen.length === 0) return judgement
  return { findings: judgement.findings, unscanned: [...judgement.unscanned, ...unseen] }
}

export function withFindings(judgement: Judgement, findings: readonly Finding[]): Judgement {
  if (findings.length === 0) return judgement
  return { findings: [...judgement.findings, ...findings], unscanned: judgement.unscanned }
}

export function together(one: Judgement, other: Judgement): Judgement {
  if (one === nothingFound) return other
  if (other === nothingFound) return one
  const news = other.unscanned.filter((cause) => !one.unscanned.some((known) => isSame(known, cause)))
  return { findings: [...one.findings, ...other.findings], unscanned: [...one.unscanned, ...news] }
}

/** A thousand parts that no scanner could look at are one reason, not a thousand. */
function isSame(one: Unscanned, other: Unscanned): boolean {
  return one.because === other.because && one.detail === other.detail && one.word === other.word
}
