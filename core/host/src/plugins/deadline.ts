import { fail, messageOf } from '../errors.js'

export type LifecycleStep = 'load' | 'start' | 'reload' | 'stop'

/** How long a step of a plugin's lifecycle may take, in milliseconds. */
export type Deadlines = Readonly<Record<LifecycleStep, number>>

export const DEADLINES: Deadlines = { load: 10_000, start: 10_000, reload: 10_000, stop: 5_000 }

/**
 * Runs one step of a plugin under its deadline. The signal asks the plugin to give up; whether it does or not, the
 * caller goes on at that moment, and what the step still says later is not heard.
 *
 * @throws FSIGK_PLUGIN_TIMEOUT, FSIGK_PLUGIN_FAILED
 */
export async function withinDeadline<T>(
  id: string,
  step: LifecycleStep,
  deadlines: Deadlines,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limitMs = deadlines[step]
  const giveUp = new AbortController()
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const error = fail('FSIGK_PLUGIN_TIMEOUT', [id, step, limitMs])
    giveUp.abort(error)
    reject(error)
  }, limitMs)
  try {
    // Called inside an async function, so that a step that throws at once is a rejection like any other.
    const work = (async () => run(giveUp.signal))().catch((cause: unknown) => {
      throw fail('FSIGK_PLUGIN_FAILED', [id, step, messageOf(cause)], { cause })
    })
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
