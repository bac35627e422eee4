/**
 * From facts to what is done about them. Two tables hold all of it: `causes`, what each reason for an unscanned body
 * leads to and which setting says otherwise, and `actions`, what the administrator's `action` means for a detection.
 */
import type { Disposition, Finding, InspectionSettings, Transfer, UnscannedCause, Verdict } from '@fsigk/plugin-api'
import type { ActionWord, DetectionResult } from '../logs/line.js'
import { type BlockSettings, blockDetections } from './blocks.js'
import type { Judgement, Unscanned } from './judgement.js'
import { type SizeSettings, TOO_LARGE } from './sizes.js'

/** What a cause leads to. `word` stands among the detection details of the log. */
export type CauseRule =
  /** Passes with time: refused for now, unless the setting opens the gateway. `refusal` is told to the peer. */
  | { readonly kind: 'transient'; readonly opensBy: 'fail_open'; readonly word: string; readonly refusal: string }
  /** Lies in the content: a detection of this name, meeting `action`, when the setting says so. */
  | { readonly kind: 'policy'; readonly blocksBy: PolicySwitch; readonly detection: string; readonly word: string }
  /** The administrator's own wish: passes. */
  | { readonly kind: 'setting'; readonly word: string }

type PolicySwitch =
  | 'block_scantimeout'
  | 'block_maxnested'
  | 'block_encrypted'
  | 'block_undecodable'
  | 'block_filesize'
  | 'block_messagesize'

/** The settings that the policy reads. Riskware is looked for only where the protocol's section has the setting and it is on. */
export type PolicySettings = Pick<
  InspectionSettings,
  (keyof InspectionSettings & PolicySwitch) | 'fail_open' | 'action'
> & {
  readonly riskware_check?: boolean
} & BlockSettings &
  SizeSettings

/** Whether a mail is on its way to a server, or from a mailbox. */
export type MailWay = 'sent' | 'fetched'

export function mailWay(isMail: boolean, direction: Transfer['direction']): MailWay | undefined {
  if (!isMail) return undefined
  return direction === 'upload' ? 'sent' : 'fetched'
}

/** In order of severity: of several causes with the same consequence, the first is told. */
export const causes: Readonly<Record<UnscannedCause, CauseRule>> = {
  'engine-down': {
    kind: 'transient',
    opensBy: 'fail_open',
    word: 'VSD_DOWN',
    refusal: 'No virus scanner is available. Please try again later.',
  },
  'engine-error': {
    kind: 'transient',
    opensBy: 'fail_open',
    word: 'VSD_ERROR',
    refusal: 'The virus scanner failed. Please try again later.',
  },
  'no-space': {
    kind: 'transient',
    opensBy: 'fail_open',
    word: 'TMPDIR_FULL',
    refusal: 'The gateway has no room to scan this. Please try again later.',
  },
  'scan-timeout': {
    kind: 'policy',
    blocksBy: 'block_scantimeout',
    detection: 'FSIGK/POLICY_BLOCK_SCANTIMEOUT',
    word: 'VSD_SCANTIMEOUT',
  },
  undecodable: {
    kind: 'policy',
    blocksBy: 'block_undecodable',
    detection: 'FSIGK/POLICY_BLOCK_UNDECODABLE',
    word: 'VSD_UNDECODABLE',
  },
  'max-nested': {
    kind: 'policy',
    blocksBy: 'block_maxnested',
    detection: 'FSIGK/POLICY_BLOCK_MAXNESTED',
    word: 'VSD_MAXNESTED',
  },
  filesize: {
    kind: 'policy',
    blocksBy: 'block_filesize',
    detection: 'FSIGK/POLICY_BLOCK_FILESIZE',
    word: 'OVER_BLOCK_FILESIZE',
  },
  messagesize: {
    kind: 'policy',
    blocksBy: 'block_messagesize',
    detection: 'FSIGK/POLICY_BLOCK_MESSAGESIZE',
    word: 'OVER_BLOCK_MESSAGESIZE',
  },
  encrypted: {
    kind: 'policy',
    blocksBy: 'block_encrypted',
    detection: 'FSIGK/POLICY_BLOCK_ENCRYPTED',
    word: 'VSD_ENCRYPTED',
  },
  range: { kind: 'setting', word: 'PARTIAL_CONTENT' },
  'over-filesize': { kind: 'setting', word: 'OVER_FILESIZE' },
  skipped: { kind: 'setting', word: 'PASS_SKIPPED' },
  tunnel: { kind: 'setting', word: 'PASS_TUNNEL' },
}

const severity = Object.keys(causes) as readonly UnscannedCause[]

type Action = InspectionSettings['action']

/** What `action` means for a detection, and its word in the log. */
const actions: Readonly<Record<Action, { readonly disposition: Disposition; readonly word: ActionWord }>> = {
  pass: { disposition: 'pass', word: 'PASS' },
  delete: { disposition: 'block', word: 'DELETE' },
  deny: { disposition: 'block', word: 'DENY' },
  blackhole: { disposition: 'drop', word: 'BLACKHOLE' },
  sendback: { disposition: 'return', word: 'SENDBACK' },
}

/** What policy makes of a judgement: what happens, what is told to the protocol, and what is told to the log. */
export interface Ruling {
  readonly disposition: Disposition
  readonly verdict: Verdict
  readonly result: DetectionResult
  readonly names: readonly string[]
  readonly action: ActionWord
  readonly details: readonly string[]
  /** Why it is refused for now, for the peer. */
  readonly refusal?: string
}

export const cleanRuling: Ruling = Object.freeze({
  disposition: 'pass',
  verdict: Object.freeze({ is: 'clean' }),
  result: 'CLEAN',
  names: [],
  action: 'NONE',
  details: [],
})

/**
 * A finding decides before all else. Then a transient cause that refuses, since the content may be judged later; then a
 * cause that is a detection. What is left passes, and is logged with its causes.
 *
 * @param mail set when it is one, which is replaced by a notice where a file is refused (guide 7.1.1.2, 7.1.1.3)
 */
export function decide(judgement: Judgement, settings: PolicySettings, mail?: MailWay): Ruling {
  const findings = judgement.findings.filter((finding) => counts(finding, settings))
  if (findings.length === 0 && judgement.unscanned.length === 0) return cleanRuling
  const unscanned = bySeverity(judgement.unscanned)
  const details = distinct(unscanned.map(({ because, word }) => word ?? causes[because].word))
  const [first, ...rest] = findings
  if (first !== undefined) return detected([first, ...rest], details, settings, mail)
  for (const cause of unscanned) {
    const rule = causes[cause.because]
    if (rule.kind === 'transient' && !settings[rule.opensBy]) return deferred(cause, rule.refusal, details)
  }
  for (const { because } of unscanned) {
    const rule = causes[because]
    if (rule.kind === 'policy' && settings[rule.blocksBy])
      return detected([{ threat: rule.detection, category: 'policy' }], details, settings, mail)
  }
  const [cause] = unscanned
  return cause === undefined ? cleanRuling : passedUnscanned(cause, details)
}

function counts(finding: Finding, settings: PolicySettings): boolean {
  const block = blockDetections.get(finding.threat)
  if (block !== undefined) return settings[block] === true
  return finding.category !== 'riskware' || settings.riskware_check === true
}

function detected(
  findings: readonly [Finding, ...Finding[]],
  details: readonly string[],
  settings: PolicySettings,
  mail: MailWay | undefined,
): Ruling {
  const names = distinct(findings.map(({ threat }) => threat))
  // Guide 11.9, DATA 5: who sends what is too long is told so, whatever the action.
  const action = mail === 'sent' && names.join() === TOO_LARGE.threat ? 'deny' : settings.action
  const { disposition, word } = actions[action]
  return {
    disposition: action === 'delete' && mail !== undefined ? 'replace' : disposition,
    verdict: { is: 'infected', findings },
    result: 'INFECTED',
    names,
    action: word,
    details,
  }
}

function deferred(cause: Unscanned, refusal: string, details: readonly string[]): Ruling {
  return {
    disposition: 'defer',
    verdict: verdictOf(cause),
    result: 'UNSCANNED',
    names: [],
    action: 'DEFER',
    details,
    refusal,
  }
}

function passedUnscanned(cause: Unscanned, details: readonly string[]): Ruling {
  return { disposition: 'pass', verdict: verdictOf(cause), result: 'UNSCANNED', names: [], action: 'NONE', details }
}

function verdictOf({ because, detail }: Unscanned): Verdict {
  return detail === undefined ? { is: 'unscanned', because } : { is: 'unscanned', because, detail }
}

function bySeverity(unscanned: readonly Unscanned[]): readonly Unscanned[] {
  if (unscanned.length < 2) return unscanned
  return unscanned.toSorted((a, b) => severity.indexOf(a.because) - severity.indexOf(b.because))
}

function distinct(words: readonly string[]): readonly string[] {
  if (words.length < 2) return words
  return [...new Set(words)]
}
