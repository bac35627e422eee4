import type { Place } from '@fsigk/host'
import type { Command } from 'commander'
import { command, does } from '../command.js'
import type { ExitCode } from '../exit-code.js'
import { administer } from './administer.js'
import { type SaveOptions, saveRequest, tellSaved, withSaveOptions } from './save.js'

/** `fsigk config unset KEY …`: back to the defaults, all in one revision. */
export function unsetCommand(): Command {
  const verb = command('unset', 'take settings back to their defaults').argument('<keys...>', 'section.name')
  return does(withSaveOptions(verb), unset)
}

async function unset(place: Place, options: SaveOptions, keys: readonly string[]): Promise<ExitCode> {
  const changes = keys.map((key) => ({ key }))
  await using administration = await administer(place)
  return tellSaved(await administration.change({ ...saveRequest(options), origin: 'cli', changes }), options)
}
