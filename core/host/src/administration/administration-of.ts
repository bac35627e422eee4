import type { Call } from './call.js'
import type { Administration } from './calls.js'
import { type CallName, calls } from './calls.js'

/** An administration made by saying how each call is asked. */
export function administrationOf(
  ask: (call: Call<unknown>, name: CallName, request: unknown) => Promise<unknown>,
  dispose: () => Promise<void>,
): Administration {
  const asked = Object.entries(calls).map(([name, call]) => {
    // The table's types are those of `Administration`; here a request is whatever the call says that it takes.
    const one = call as unknown as Call<unknown>
    return [name, (request: unknown) => ask(one, name as CallName, request)]
  })
  return Object.assign(Object.fromEntries(asked), { [Symbol.asyncDispose]: dispose }) as Administration
}
