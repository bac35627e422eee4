import type { Place } from '@fsigk/host'
import type { Command } from 'commander'
import { command, does } from '../command.js'
import type { ExitCode } from '../exit-code.js'
import { administer } from './administer.js'
import { type SaveOptions, saveRequest, tellSaved, withSaveOptions } from './save.js'

interface RollbackOptions extends SaveOptions {
  readonly key?: string
}

/** `fsigk config rollback N`: the settings of revision N, by a new revision. */
export function rollbackCommand(): Command {
  const verb = command('rollback', 'restore the settings of a revision, by a new revision')
    .argument('<revision>', '12 or r12, -1 for one back, or a date')
    .option('--key <key>', 'restore this setting alone')
  return does(withSaveOptions(verb), rollback)
}

async function rollback(place: Place, options: RollbackOptions, to: string): Promise<ExitCode> {
  await using administration = await administer(place)
  return tellSaved(await administration.rollback({ ...saveRequest(options), to, key: options.key }), options)
}
