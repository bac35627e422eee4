import { fail } from '../errors.js'
import type { OpenedSettings } from '../open-settings.js'
import { administrationOf } from './administration-of.js'
import type { AdministrationRoom, Running } from './call.js'
import type { Administration } from './calls.js'

/** What the process that holds the lock of the home administers it by: the supervisor, or a command while none runs. */
export function administrationRoom(settings: OpenedSettings, running: Running): AdministrationRoom {
  let turn: Promise<unknown> = Promise.resolve()
  return {
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
    idle: async () => void (await turn),
  }
}

/** Administration in that process. */
export function settingsAdministration(room: AdministrationRoom): Administration {
  return administrationOf(
    async (call, _name, request) => await call.answer(room, request),
    () => room.idle(),
  )
}
