import { openAdministration, type Place } from '@fsigk/host'
import { isFsigk } from '@fsigk/plugin-api'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from '../command.js'
import type { ExitCode } from '../exit-code.js'
import { printJson, printLine } from '../print.js'
import { actor, printUndone } from './save.js'

/** `fsigk config confirm`: keeps the revision that waits to be confirmed. */
export function confirmCommand(): Command {
  const verb = command('confirm', 'keep the revision that waits to be confirmed')
  return does(verb, async (place: Place, { json }: CommonOptions): Promise<ExitCode> => {
    return await unlessNothingWaits(json, async () => {
      await using administration = await openAdministration(place)
      const confirmed = await administration.confirm({ actor: actor() })
      if (json) printJson(confirmed)
      else printLine(`r${confirmed.revision} confirmed.`)
    })
  })
}

/** `fsigk config abort`: gives it up, at once. */
export function abortCommand(): Command {
  const verb = command('abort', 'go back from the revision that waits to be confirmed, at once')
  return does(verb, async (place: Place, { json }: CommonOptions): Promise<ExitCode> => {
    return await unlessNothingWaits(json, async () => {
      await using administration = await openAdministration(place)
      const undone = await administration.abort({ actor: actor() })
      if (json) printJson(undone)
      else printUndone(undone)
    })
  })
}

/** 1: none waits. */
async function unlessNothingWaits(json: boolean | undefined, work: () => Promise<void>): Promise<ExitCode> {
  try {
    await work()
    return 0
  } catch (error) {
    if (!isFsigk(error, 'FSIGK_CONFIRM_NOTHING')) throw error
    if (json) printJson({ revision: null })
    else printLine(error.message)
    return 1
  }
}
