/** What every spam filter plugin must keep to, tried on an instance without a gateway. */
import assert from 'node:assert/strict'
import type { Mail, SpamFilter } from '@fsigk/plugin-api'
import { type Check, testAll } from './check.js'
import { brokenContent, endlessContent, hugeContent, memoryContent } from './contents.js'
import { lifecycleChecks } from './lifecycle.js'
import { callWith, ending, GRACE_MS, type PluginUnderTest, started } from './plugin-under-test.js'
import { grewByMiB } from './resources.js'

/** What a spam filter is tried with. */
export interface SpamFilterSubject {
  readonly settings: unknown
  /** A mail that it calls spam, by this name. Without it, judging spam is not tried. */
  readonly sample?: { readonly mail: Buffer; readonly name: string }
}

export type SpamFilterUnderTest = SpamFilterSubject & PluginUnderTest<SpamFilter>

const HUGE_BYTES = 256 * 1024 * 1024
const MAX_GROWTH_MIB = 160
const HAM = Buffer.from(
  'From: <ann@example.org>\r\nTo: <bob@example.org>\r\nSubject: Minutes\r\n\r\nHere are the minutes of today.\r\n',
)

/** A mail with an envelope that is as good as any. */
export function mailOf(content: Mail['content'], envelope: Partial<Omit<Mail, 'content'>> = {}): Mail {
  return {
    content,
    peerAddress: '192.0.2.1',
    mailFrom: 'ann@example.org',
    rcptTo: ['bob@example.org'],
    ...envelope,
  }
}

/** Runs the suite; call it at the top level of a test file. */
export function spamFilterConformance(filter: SpamFilterUnderTest): void {
  testAll(filter.name, spamFilterChecks(filter))
}

export function spamFilterChecks(filter: SpamFilterUnderTest): readonly Check[] {
  const { sample } = filter
  const works = async (role: SpamFilter) => {
    const judged = await role.judge(mailOf(memoryContent(sample?.mail ?? HAM)), callWith(filter.settings))
    assert.equal(judged?.name, sample?.name)
  }
  return [
    ...(sample === undefined ? [] : judgingChecks(filter, sample)),
    ...hamChecks(filter),
    ...hardshipChecks(filter),
    ...lifecycleChecks(filter, works),
  ]
}

function judgingChecks(
  filter: SpamFilterUnderTest,
  sample: NonNullable<SpamFilterSubject['sample']>,
): readonly Check[] {
  return [
    {
      title: 'it knows the sample, cut anywhere',
      async run() {
        await using running = await started(filter)
        for (let chunkBytes = 1; chunkBytes <= sample.mail.length; chunkBytes += 1) {
          const mail = mailOf(memoryContent(sample.mail, chunkBytes))
          const judged = await running.role.judge(mail, callWith(filter.settings))
          assert.equal(judged?.name, sample.name, `cut into ${chunkBytes}`)
        }
      },
    },
    {
      title: 'it names what it saw in one line, and its score is a number',
      async run() {
        await using running = await started(filter)
        const judged = await running.role.judge(mailOf(memoryContent(sample.mail)), callWith(filter.settings))
        assert.match(judged?.name ?? '', /^[^\x00-\x1f\x7f]+$/)
        assert.ok(judged?.score === undefined || Number.isFinite(judged.score), `score ${judged?.score}`)
      },
    },
    {
      title: 'mails at the same time do not mix',
      async run() {
        await using running = await started(filter)
        const judged = await Promise.all(
          Array.from({ length: 50 }, (_, at) =>
            running.role.judge(mailOf(memoryContent(at % 2 === 0 ? sample.mail : HAM, 7)), callWith(filter.settings)),
          ),
        )
        for (const [at, each] of judged.entries()) assert.equal(each !== undefined, at % 2 === 0)
      },
    },
  ]
}

function hamChecks(filter: SpamFilterUnderTest): readonly Check[] {
  return [
    {
      title: 'an ordinary mail is no spam',
      async run() {
        await using running = await started(filter)
        assert.equal(await running.role.judge(mailOf(memoryContent(HAM)), callWith(filter.settings)), undefined)
      },
    },
    {
      title: 'it answers for an empty mail and for odd envelopes',
      async run() {
        await using running = await started(filter)
        const many = Array.from({ length: 1_000 }, (_, at) => `user${at}@example.org`)
        const mails = [
          mailOf(memoryContent(Buffer.alloc(0))),
          mailOf(memoryContent(HAM), { mailFrom: '', rcptTo: [] }),
          mailOf(memoryContent(HAM), { peerAddress: '2001:db8::1', rcptTo: many }),
          mailOf(memoryContent(Buffer.from('no header, no end\0\xff', 'latin1'))),
        ]
        for (const mail of mails) await running.role.judge(mail, callWith(filter.settings))
      },
    },
  ]
}

function hardshipChecks(filter: SpamFilterUnderTest): readonly Check[] {
  return [
    {
      title: `it ends within ${GRACE_MS} ms of its signal while the mail keeps it waiting`,
      async run() {
        await using running = await started(filter)
        const deadline = new AbortController()
        const judged = running.role.judge(mailOf(endlessContent()), callWith(filter.settings, deadline.signal))
        const ended = ending(judged)
        setImmediate(() => deadline.abort(new Error('the deadline is over')))
        assert.notEqual(await ended, 'late', 'judge() goes on after its signal')
      },
    },
    {
      title: 'a mail that breaks off is an error or no answer, and never hangs',
      async run() {
        await using running = await started(filter)
        const judged = running.role.judge(mailOf(brokenContent()), callWith(filter.settings))
        assert.notEqual(await ending(judged), 'late')
      },
    },
    {
      title: `a mail of ${HUGE_BYTES / 1024 ** 2} MiB is not kept in memory`,
      async run() {
        await using running = await started(filter)
        const grew = await grewByMiB(async () => {
          await running.role.judge(mailOf(hugeContent(HUGE_BYTES)), callWith(filter.settings)).catch(() => {})
        })
        assert.ok(grew < MAX_GROWTH_MIB, `the process grew by ${Math.round(grew)} MiB`)
      },
    },
  ]
}
