import type { InspectionSettings, Transfer, Verdict } from '@fsigk/plugin-api'
import type { DetectionFacts } from '../logs/line.js'
import type { Spool, SpoolFolder } from '../spool.js'
import type { Departure } from './deadline.js'
import type { Held } from './hold.js'
import type { Judgement } from './judgement.js'
import type { NoticeWriter } from './outcomes.js'
import type { PolicySettings, Ruling } from './policy.js'
import type { Scanners } from './scan.js'
import type { SkipSettings } from './skipped-parts.js'

/** What an inspection needs around it: the session whose transfer it is. */
export interface InspectionRoom {
  readonly settings: InspectionSettings & PolicySettings & SkipSettings
  readonly scanners: Scanners
  /** The peer's going away. */
  readonly departure: Departure
  /** The end of transfers that outlive their peer. */
  readonly ending: Departure
  /** Where bodies are spooled that do not fit into memory. */
  readonly tmpdir: SpoolFolder
  /** Whether a mail is a notice of this very gateway, as it went out. */
  isOwnNotice(mail: Spool): Promise<boolean>
  /** Keeps the content and gives its name there; `''` when it could not, which has been logged. */
  quarantine(transfer: Transfer, held: Held, ruling: Ruling): Promise<string>
  /** Who writes the notice of a refusal. @param bytes the length of the content, as far as it is known */
  noticeOf(transfer: Transfer, ruling: Ruling, facts: DetectionFacts, bytes: number): NoticeWriter
  /** Told when the spool could not take the body, or could not be removed. */
  spoolFailed(fault: unknown): void
  /** Told what was found and what policy decided, before the answer. */
  decided(ruling: Ruling, judgement: Judgement, transfer: Transfer): void
  /** Told before the answer when the transfer passes and its line is that of what follows: its record has no line then. */
  carry(facts: DetectionFacts, bytes: number, cost: ScanCost): void
  /** Called once for every transfer, after the answer or whatever came instead of it. */
  recordTransfer(report: TransferReport): void
}

/** Mails of usual size and their parts stay in memory: most are gone in some milliseconds. */
const MAIL_MEMORY_BYTES = 2_097_152

/** Where a body is held, and what it is read as. */
export function spoolFolder({ tmpdir }: InspectionRoom, isMail: boolean): SpoolFolder {
  return isMail ? { ...tmpdir, memoryBytes: MAIL_MEMORY_BYTES } : tmpdir
}

export interface TransferReport {
  readonly facts: DetectionFacts
  /** The length of the content in bytes, as far as it was held. */
  readonly bytes: number
  /** Undefined when the transfer broke off before there was one. */
  readonly verdict: Verdict | undefined
  readonly cost: ScanCost
  /** What broke it off: the body's source, the answer, or the peer that went away. */
  readonly failure: unknown
}

/** How often and how long, in milliseconds, the scanners were at work for one transfer. */
export interface ScanCost {
  checks: number
  checkMs: number
}
