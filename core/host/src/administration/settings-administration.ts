import { fail } from '../errors.js'
import type { OpenedSettings } from '../open-settings.js'
import { administrationOf } from './administration-of.js'
import type { AdministrationRoom, Running } from './call.js'
import type { Administration } from './calls.js'

/** Administration in the process that holds the lock of the home: the supervisor, or a command while none runs. */
export function settingsAdministration(settings: OpenedSettings, running: Running): Administration {
  let turn: Promise<unknown> = Promise.resolve()
  const room: AdministrationRoom = {
    settings,
    running,
    inTurn(work) {
      const mine = turn.then(() => {
        if (running.isStopping()) throw fail('FSIGK_STOPPING', [])
        return work()
      })
      turn = mine.catch(() => {})
      return mine
    },
  }
  return administrationOf(
    async (call, _name, request) => await call.answer(room, request),
    async () => void (await turn),
  )
}
