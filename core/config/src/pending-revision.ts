/**
 * The revision that waits to be confirmed. There is one at most, and it is the newest: while it waits, nothing else is
 * saved. Its terms stand in its event and whether it was confirmed in the stream `operations`, so that both outlive
 * whoever held them in memory.
 */
import type { ConfirmTerms } from './domain/events.js'
import { fail } from './errors.js'
import type { OperationsLog } from './operations-log.js'
import type { SettingsStream } from './settings-stream.js'

const CONFIRMED = 'RevisionConfirmed'
/** A confirmation is among the newest facts: a revision waits a week at most. */
const MAX_FACTS = 100_000

export interface PendingRevision extends ConfirmTerms {
  readonly revision: number
  readonly actor: string
  /** When it was saved; ISO 8601, UTC. */
  readonly at: string
}

export class PendingRevisions {
  /** Known to have been confirmed, or never to have asked for it. */
  private settled = 0
  /** Up to which fact there is no confirmation of which revision. */
  private unconfirmed: { readonly revision: number; readonly fact: number } | undefined

  constructor(
    private readonly stream: SettingsStream,
    private readonly operations: OperationsLog,
  ) {}

  /** The one that waits now. */
  async current(): Promise<PendingRevision | undefined> {
    const revision = await this.stream.newest()
    if (revision === 0 || revision === this.settled) return undefined
    const event = await this.stream.event(revision)
    const waits = event?.confirm !== undefined && !(await this.wasConfirmed(revision, event.meta.at))
    if (waits && event.confirm !== undefined)
      return { ...event.confirm, revision, actor: event.meta.actor, at: event.meta.at }
    this.settled = revision
    return undefined
  }

  /** @throws FSIGK_CONFIRM_NOTHING when none waits */
  async confirm(actor: string): Promise<PendingRevision> {
    const pending = await this.current()
    if (pending === undefined) throw fail('FSIGK_CONFIRM_NOTHING', [])
    await this.operations.append({ type: CONFIRMED, data: { revision: pending.revision, saved: pending.at, actor } })
    this.settled = pending.revision
    return pending
  }

  /**
   * Goes by the order of the facts and not by their times: a clock may have been set back since. A repair may have cut
   * revisions away, whose numbers come again: the confirmation is of one that was saved at that time.
   */
  private async wasConfirmed(revision: number, saved: string): Promise<boolean> {
    const newest = await this.operations.newest()
    const from = this.unconfirmed?.revision === revision ? this.unconfirmed.fact + 1 : newest - MAX_FACTS + 1
    if (from <= newest)
      for await (const { type, data } of this.operations.read(Math.max(from, 1)))
        if (type === CONFIRMED && typeof data === 'object' && data !== null && 'revision' in data)
          if (data['revision'] === revision && (data['saved'] ?? saved) === saved) return true
    this.unconfirmed = { revision, fact: newest }
    return false
  }
}
