/** What every authenticator plugin must keep to, tried on an instance without a gateway. */
import assert from 'node:assert/strict'
import type { Authenticator, Log } from '@fsigk/plugin-api'
import { type Check, testAll } from './check.js'
import { lifecycleChecks } from './lifecycle.js'
import { callWith, ending, GRACE_MS, type PluginUnderTest, started } from './plugin-under-test.js'

/** What an authenticator is tried with. */
export interface AuthenticatorSubject {
  readonly settings: unknown
  /** Credentials that it accepts, and the principal that they prove. Without them, accepting is not tried. */
  readonly sample?: { readonly user: string; readonly password: string; readonly principal: string }
}

export type AuthenticatorUnderTest = AuthenticatorSubject & PluginUnderTest<Authenticator>

const NOBODY = { user: 'nobody-of-this-name', password: 'wrong' }

/** Runs the suite; call it at the top level of a test file. */
export function authenticatorConformance(authenticator: AuthenticatorUnderTest): void {
  testAll(authenticator.name, authenticatorChecks(authenticator))
}

export function authenticatorChecks(authenticator: AuthenticatorUnderTest): readonly Check[] {
  const { settings, sample } = authenticator
  const ask = (role: Authenticator, user: string, password: string, signal?: AbortSignal, log?: Log) =>
    role.authenticate({ service: 'http', user, password, peerAddress: '192.0.2.1' }, callWith(settings, signal, log))
  const works = async (role: Authenticator) => {
    const { user, password } = sample ?? NOBODY
    const accepted = await ask(role, user, password)
    assert.equal(accepted?.principal, sample?.principal)
  }
  const accepting: readonly Check[] =
    sample === undefined
      ? []
      : [
          {
            title: 'right credentials prove their principal',
            async run() {
              await using running = await started(authenticator)
              assert.deepEqual(await ask(running.role, sample.user, sample.password), { principal: sample.principal })
            },
          },
          {
            title: 'a password that is not quite right is not accepted, and is no error',
            async run() {
              await using running = await started(authenticator)
              const { password } = sample
              const wrong = [`${password} `, `${password}\0`, password.slice(0, -1), password.toUpperCase() + password]
              for (const each of wrong) assert.equal(await ask(running.role, sample.user, each), undefined)
            },
          },
          {
            title: 'credentials at the same time do not mix',
            async run() {
              await using running = await started(authenticator)
              const answers = await Promise.all(
                Array.from({ length: 20 }, (_, at) =>
                  ask(running.role, sample.user, at % 2 === 0 ? sample.password : 'wrong'),
                ),
              )
              for (const [at, answer] of answers.entries()) assert.equal(answer !== undefined, at % 2 === 0)
            },
          },
        ]
  return [
    ...accepting,
    {
      title: 'unknown users, empty and monstrous credentials are not accepted, and are no errors',
      async run() {
        await using running = await started(authenticator)
        const user = sample?.user ?? NOBODY.user
        const given: readonly (readonly [string, string])[] = [
          [NOBODY.user, NOBODY.password],
          ['', ''],
          [user, ''],
          ['', sample?.password ?? ''],
          [`${user}\r\n`, 'a\r\nb'],
          ['__proto__', 'constructor'],
          [user, 'x'.repeat(1_000_000)],
          ['x'.repeat(1_000_000), 'x'],
        ]
        for (const [name, password] of given) assert.equal(await ask(running.role, name, password), undefined)
      },
    },
    {
      title: `it ends within ${GRACE_MS} ms of its signal, and accepts nobody after it`,
      async run() {
        await using running = await started(authenticator)
        const { user, password } = sample ?? NOBODY
        const over = AbortSignal.abort(new Error('the deadline is over'))
        const answer = ask(running.role, user, password, over).catch(() => undefined)
        assert.notEqual(await ending(answer), 'late', 'authenticate() goes on after its signal')
        assert.equal(await answer, undefined)
      },
    },
    {
      title: 'no password stands in its log or in its errors',
      async run() {
        await using running = await started(authenticator)
        const said: string[] = []
        const note = (event: string, data?: unknown) => void said.push(`${event} ${JSON.stringify(data)}`)
        const log: Log = { debug: note, info: note, warn: note, error: note }
        const secret = 'k3ep-th1s-to-yourself'
        await ask(running.role, sample?.user ?? NOBODY.user, secret, undefined, log).catch((error: unknown) =>
          said.push(String(error)),
        )
        assert.ok(!said.join('\n').includes(secret), `it told: ${said.join('; ')}`)
      },
    },
    ...lifecycleChecks(authenticator, works),
  ]
}
