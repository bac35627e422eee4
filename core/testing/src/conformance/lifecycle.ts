/** What every plugin promises of its lifecycle, whatever its kind: start, reload, stop, and nothing left behind. */
import assert from 'node:assert/strict'
import type { Lifecycle } from '@fsigk/plugin-api'
import type { Check } from './check.js'
import { ending, GRACE_MS, type PluginUnderTest, patience, started } from './plugin-under-test.js'
import { leftBehind } from './resources.js'

const ROUNDS = 10

/** @param works asks the plugin to do what it is for, and rejects when it does not */
export function lifecycleChecks<R extends Lifecycle>(
  under: PluginUnderTest<R>,
  works: (role: R) => Promise<void>,
): readonly Check[] {
  const once = async () => {
    await using running = await started(under)
    await works(running.role)
  }
  return [
    {
      title: 'it works after its start, and after being reloaded twice with the same settings',
      async run() {
        await using running = await started(under)
        await works(running.role)
        for (let round = 0; round < 2; round += 1) await running.role.reload?.(under.settings, patience())
        await works(running.role)
      },
    },
    {
      title: 'it works while it is being reloaded',
      async run() {
        await using running = await started(under)
        await Promise.all([
          works(running.role),
          running.role.reload?.(under.settings, patience()),
          works(running.role),
          running.role.reload?.(under.settings, patience()),
        ])
        await works(running.role)
      },
    },
    {
      title: `each step of its lifecycle ends within ${GRACE_MS} ms when its signal is aborted, and can be stopped after`,
      async run() {
        const gaveUp = AbortSignal.abort(new Error('the host gave up'))
        const role = under.make()
        const steps = [
          ['start', () => role.start?.(under.settings, gaveUp)],
          ['reload', () => role.reload?.(under.settings, gaveUp)],
          ['stop', () => role.stop?.(gaveUp)],
        ] as const
        for (const [step, run] of steps)
          assert.notEqual(
            await ending((async () => run())()),
            'late',
            `${step}() does not end when its signal is aborted`,
          )
        // The host stops whatever did not start: what began half-way is given back by this.
        assert.notEqual(await ending((async () => role.stop?.(patience()))()), 'late', 'stop() does not end')
      },
    },
    {
      title: `started, used and stopped ${ROUNDS} times, it leaves no descriptor and no handle behind`,
      async run() {
        // What is loaded once for all is no leak, so that the first time is not counted.
        await once()
        const left = await leftBehind(async () => {
          for (let round = 0; round < ROUNDS; round += 1) await once()
        })
        assert.equal(left, undefined, `stop() leaves behind: ${left}`)
      },
    },
  ]
}
