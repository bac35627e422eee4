/** What every notifier plugin must keep to, tried on an instance without a gateway, against a receiver of its own. */
import assert from 'node:assert/strict'
import type { Notice, Notifier } from '@fsigk/plugin-api'
import { type Check, testAll } from './check.js'
import { lifecycleChecks } from './lifecycle.js'
import { callWith, ending, GRACE_MS, type PluginUnderTest, started } from './plugin-under-test.js'
import { until } from './until.js'

/** Somewhere that notices arrive. */
export interface NoticeReceiver extends AsyncDisposable {
  /** The values of the notifier's section that have it deliver here. */
  readonly settings: unknown
  /** Where the notices that arrive here say that mail goes, for notifiers that go by it. */
  readonly server?: Notice['server']
  /** All that arrived so far, as text. */
  received(): Promise<string>
}

/** What a notifier is tried with. */
export interface NotifierSubject {
  readonly settings: unknown
  /** Starts a receiver. Without it, delivery is not tried. */
  receiver?(): Promise<NoticeReceiver>
  /** The values of its section under which nothing can be delivered, as when nobody listens there. */
  readonly unreachable?: unknown
}

export type NotifierUnderTest = NotifierSubject & PluginUnderTest<Notifier>

/** What was delivered has arrived, and only has to be seen. */
const ARRIVAL_MS = 2_000

/** A notice with this text. */
export function noticeOf(text: string, server: Notice['server'] = { host: '', port: 25 }): Notice {
  return { from: 'fsigk@example.org', to: ['admin@example.org'], headers: 'Subject: virus found\r\n', text, server }
}

/** Runs the suite; call it at the top level of a test file. */
export function notifierConformance(notifier: NotifierUnderTest): void {
  testAll(notifier.name, notifierChecks(notifier))
}

export function notifierChecks(notifier: NotifierUnderTest): readonly Check[] {
  const { receiver, unreachable } = notifier
  const works = async (role: Notifier) => {
    if (receiver === undefined) return
    await using target = await receiver()
    await role.reload?.(target.settings, new AbortController().signal)
    await role.notify(noticeOf('it works', target.server), callWith(target.settings))
    await until('the notice arrives', async () => (await target.received()).includes('it works'), ARRIVAL_MS)
  }
  return [
    ...(receiver === undefined ? [] : deliveryChecks(notifier, () => receiver.call(notifier))),
    ...(unreachable === undefined ? [] : [refusalCheck(notifier, unreachable)]),
    {
      title: `it ends within ${GRACE_MS} ms when its signal is aborted, and does not say that it delivered`,
      async run() {
        await using running = await started(notifier)
        const over = AbortSignal.abort(new Error('the deadline is over'))
        const sent = running.role.notify(noticeOf('too late'), callWith(notifier.settings, over))
        assert.equal(await ending(sent), 'rejected', 'notify() must reject: a notice that may be lost is tried again')
      },
    },
    ...lifecycleChecks(notifier, works),
  ]
}

function deliveryChecks(notifier: NotifierUnderTest, receiver: () => Promise<NoticeReceiver>): readonly Check[] {
  return [
    {
      title: 'a notice has arrived when notify() resolves, in any language',
      async run() {
        await using target = await receiver()
        await using running = await started(notifier, target.settings)
        await running.role.notify(
          noticeOf('virus found ウイルスを検出しました', target.server),
          callWith(target.settings),
        )
        await until('the notice arrives', async () => (await target.received()).includes('virus found'), ARRIVAL_MS)
      },
    },
    {
      title: 'twenty notices at once arrive, each of them',
      async run() {
        await using target = await receiver()
        await using running = await started(notifier, target.settings)
        const texts = Array.from({ length: 20 }, (_, at) => `notice-number-${at}-`)
        await Promise.all(
          texts.map((text) => running.role.notify(noticeOf(text, target.server), callWith(target.settings))),
        )
        await until(
          'all arrive',
          async () => {
            const received = await target.received()
            return texts.every((text) => received.includes(text))
          },
          ARRIVAL_MS,
        )
      },
    },
    {
      title: 'a text of 100,000 lines goes through or is refused, and the next one goes through',
      async run() {
        await using target = await receiver()
        await using running = await started(notifier, target.settings)
        const long = running.role.notify(
          noticeOf('a line of it\n'.repeat(100_000), target.server),
          callWith(target.settings),
        )
        assert.notEqual(await ending(long, 20_000), 'late')
        await running.role.notify(noticeOf('the next one', target.server), callWith(target.settings))
        await until('the next one arrives', async () => (await target.received()).includes('the next one'), ARRIVAL_MS)
      },
    },
  ]
}

function refusalCheck(notifier: NotifierUnderTest, unreachable: unknown): Check {
  return {
    title: 'what cannot be delivered is an error, so that it is tried again',
    async run() {
      await using running = await started(notifier, unreachable)
      const sent = running.role.notify(noticeOf('nobody listens'), callWith(unreachable))
      assert.equal(await ending(sent, 10_000), 'rejected')
    },
  }
}
