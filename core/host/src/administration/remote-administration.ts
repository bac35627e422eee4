import type { ControlClient } from '../control/control-client.js'
import { administrationOf } from './administration-of.js'
import type { Administration } from './calls.js'

/** Administration of a gateway that runs, over its control socket. Every call may throw FSIGK_CONTROL_SOCKET too. */
export function remoteAdministration(control: ControlClient): Administration {
  return administrationOf(
    async ({ remotely }, name, request) => {
      const ask = (asked: unknown) => control.call(name, asked)
      return await (remotely === undefined ? ask(request) : remotely(ask, request))
    },
    async () => control[Symbol.dispose](),
  )
}
