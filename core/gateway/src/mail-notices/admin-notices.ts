/** Tells the administrator of detections (`notify_admin`; guide 7.1.1.1 to 7.1.1.5). */
import { listWords } from '@fsigk/plugin-api'
import type { DetectionFacts } from '../logs/line.js'
import { sessionNoticeValues } from '../notice-values.js'
import type { DetectionNotices, SessionView } from '../session-view.js'
import { messageOf } from '../system-error.js'
import { addressOf, mailNotice } from './mail-notice.js'
import type { NoticeSpool } from './notice-spool.js'

export class AdminNotices implements DetectionNotices {
  readonly #underWay = new Set<Promise<void>>()

  constructor(private readonly spool: NoticeSpool) {}

  /** Returns at once. What fails is told in error.log and harms nobody. */
  detected(session: SessionView, facts: DetectionFacts, bytes: number): void {
    const common = session.pinned.section('common')
    const to = listWords(String(common['admin_mailaddr'] ?? '')).filter((address) => addressOf(address) !== '')
    const host = String(common['admin_mx_host'] ?? '')
    const [sender] = to
    if (sender === undefined || host === '') {
      const missing = sender === undefined ? 'common.admin_mailaddr' : 'common.admin_mx_host'
      session.logError(`notify_admin: nobody is told, since ${missing} is empty`)
      return
    }
    const notice = mailNotice(session.pinned.template('admin'), sessionNoticeValues(session, facts, bytes))
    const spooling = this.#put(session, {
      at: new Date().toISOString(),
      service: session.surroundings.service,
      session: session.id,
      revision: session.pinned.revision,
      from: notice.from || addressOf(sender),
      to: to.map(addressOf),
      server: { host, port: Number(common['admin_mx_port'] ?? 25) },
      fields: notice.fields,
      text: notice.text,
    })
    this.#underWay.add(spooling)
    void spooling.finally(() => this.#underWay.delete(spooling))
  }

  /** Resolves when all that was told of is in the spool. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  async #put(session: SessionView, notice: Parameters<NoticeSpool['put']>[0]): Promise<void> {
    try {
      if ((await this.spool.put(notice)) === 'full')
        session.logError(
          'notify_admin: nobody is told, since too many notices wait, or too large ones (see plugins.notifiers)',
        )
    } catch (error) {
      session.logError(`notify_admin: the notice cannot be kept: ${messageOf(error)}`)
    }
  }
}
