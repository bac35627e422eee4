/** Plugins that break one promise each, and the check of their kind's suite that must notice. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { after, describe, test } from 'node:test'
import type { Authenticator, LogSink, Notifier, SpamFilter } from '@fsigk/plugin-api'
import {
  authenticatorChecks,
  type Check,
  logSinkChecks,
  type NoticeReceiver,
  notifierChecks,
  spamFilterChecks,
} from '@fsigk/testing'

/** The titles of the checks that fail. */
async function failing(checks: readonly Check[]): Promise<readonly string[]> {
  const titles: string[] = []
  for (const { title, run } of checks) await run().catch(() => void titles.push(title))
  return titles
}

const opened: Server[] = []
after(() => {
  for (const server of opened) server.close()
})

const spamSample = { mail: Buffer.from('Subject: spam\r\n\r\nbuy'), name: 'Spam' }
const read = async (mail: Parameters<SpamFilter['judge']>[0]) => {
  let all = ''
  for await (const chunk of mail.content.open()) all = (all + chunk).slice(-100)
  return all
}
const goodFilter: SpamFilter = {
  async judge(mail, { signal }) {
    let rest = ''
    for await (const chunk of mail.content.open()) {
      signal.throwIfAborted()
      rest += chunk.toString('latin1')
      if (rest.includes('buy')) return { name: 'Spam', score: 5 }
      rest = rest.slice(-2)
    }
    return undefined
  },
}

const filters: readonly (readonly [says: string, filter: () => SpamFilter, notices: RegExp | undefined])[] = [
  ['keeps to everything', () => ({ ...goodFilter }), undefined],
  ['calls everything spam', () => ({ judge: async () => ({ name: 'Spam' }) }), /ordinary mail/],
  [
    'sees only what comes in one piece',
    () => ({
      async judge({ content }) {
        for await (const chunk of content.open()) if (chunk.includes('buy')) return { name: 'Spam' }
        return undefined
      },
    }),
    /cut anywhere/,
  ],
  [
    'goes on after its signal',
    () => ({ judge: async (mail) => ((await read(mail)).includes('buy') ? { name: 'Spam' } : undefined) }),
    /of its signal/,
  ],
  [
    'gives no number',
    () => ({
      judge: async (mail, call) =>
        (await goodFilter.judge(mail, call)) === undefined ? undefined : { name: 'Spam', score: Number.NaN },
    }),
    /score is a number/,
  ],
]

const goodAuthenticator: Authenticator = {
  async authenticate({ user, password }, { signal }) {
    signal.throwIfAborted()
    return user === 'ann' && password === 'right' ? { principal: 'ann' } : undefined
  },
}
const authSample = { user: 'ann', password: 'right', principal: 'ann' }

const authenticators: readonly (readonly [
  says: string,
  authenticator: () => Authenticator,
  notices: RegExp | undefined,
])[] = [
  ['keeps to everything', () => ({ ...goodAuthenticator }), undefined],
  [
    'accepts whoever is known',
    () => ({
      authenticate: async ({ user }, { signal }) => {
        signal.throwIfAborted()
        return user === 'ann' ? { principal: 'ann' } : undefined
      },
    }),
    /not quite right/,
  ],
  [
    'takes a NUL for the end of a password',
    () => ({
      authenticate: (given, call) =>
        goodAuthenticator.authenticate({ ...given, password: given.password.replace(/\0+$/, '') }, call),
    }),
    /not quite right/,
  ],
  [
    'throws at wrong passwords',
    () => ({
      async authenticate(given, call) {
        const accepted = await goodAuthenticator.authenticate(given, call)
        if (accepted === undefined) throw new Error('wrong')
        return accepted
      },
    }),
    /no errors?/,
  ],
  [
    'accepts after its signal',
    () => ({
      authenticate: (given, call) =>
        goodAuthenticator.authenticate(given, { ...call, signal: new AbortController().signal }),
    }),
    /accepts nobody after it/,
  ],
  [
    'logs passwords',
    () => ({
      authenticate(given, call) {
        call.log.info('asked', { ...given })
        return goodAuthenticator.authenticate(given, call)
      },
    }),
    /no password stands/,
  ],
]

/** Notices arrive in an array, whose place is the setting. */
async function receiver(): Promise<NoticeReceiver> {
  const texts: string[] = []
  return { settings: { texts }, received: async () => texts.join('\n'), async [Symbol.asyncDispose]() {} }
}
const goodNotifier: Notifier = {
  async notify({ text }, { settings, signal }) {
    signal.throwIfAborted()
    const { texts } = settings as { readonly texts?: string[] }
    if (texts === undefined) throw new Error('nobody listens')
    texts.push(text)
  },
}

const notifiers: readonly (readonly [says: string, notifier: () => Notifier, notices: RegExp | undefined])[] = [
  ['keeps to everything', () => ({ ...goodNotifier }), undefined],
  [
    'says that it delivered what it did not',
    () => ({ notify: (notice, call) => goodNotifier.notify(notice, call).catch(() => {}) }),
    /is an error/,
  ],
  [
    'delivers the first one alone',
    () => {
      let sent = 0
      return { notify: async (notice, call) => void (sent++ === 0 && (await goodNotifier.notify(notice, call))) }
    },
    /twenty notices/,
  ],
  ['throws in reload()', () => ({ ...goodNotifier, reload: () => Promise.reject(new Error('no')) }), /reloaded/],
]

const sinks: readonly (readonly [says: string, sink: () => LogSink, notices: RegExp | undefined])[] = [
  ['keeps to everything', () => ({ write() {} }), undefined],
  [
    'throws',
    () => ({
      write(_log, _service, lines) {
        if (!lines.endsWith('\n')) throw new Error('that is no line')
      },
    }),
    /never throws/,
  ],
  [
    'keeps all lines',
    () => {
      const kept: Buffer[] = []
      return { write: (_log, _service, lines) => void kept.push(Buffer.from(lines)) }
    },
    /dropped rather than kept/,
  ],
  [
    'waits in write()',
    () => ({
      write() {
        const end = performance.now() + 60
        while (performance.now() < end);
      },
    }),
    /nobody waits/,
  ],
  [
    'leaves a server behind',
    () => ({
      async start() {
        const server = createServer().listen(0, '127.0.0.1')
        opened.push(server)
        await once(server, 'listening')
      },
      write() {},
    }),
    /leaves no descriptor/,
  ],
]

function suite<R>(
  name: string,
  cases: readonly (readonly [says: string, make: () => R, notices: RegExp | undefined])[],
  checksOf: (make: () => R) => readonly Check[],
): void {
  describe(`the suite of ${name}`, () => {
    for (const [says, make, notices] of cases)
      test(`one that ${says} ${notices === undefined ? 'passes' : 'is noticed'}`, async () => {
        const titles = await failing(checksOf(make))
        if (notices === undefined) assert.deepEqual(titles, [])
        else
          assert.ok(
            titles.some((title) => notices.test(title)),
            `only these failed: ${titles.join('; ')}`,
          )
      })
  })
}

suite('spam filters', filters, (make) => spamFilterChecks({ name: 'x', settings: {}, sample: spamSample, make }))
suite('authenticators', authenticators, (make) =>
  authenticatorChecks({ name: 'x', settings: {}, sample: authSample, make }),
)
suite('notifiers', notifiers, (make) => notifierChecks({ name: 'x', settings: {}, receiver, unreachable: {}, make }))
suite('log sinks', sinks, (make) => logSinkChecks({ name: 'x', settings: {}, unreachable: {}, make }))
