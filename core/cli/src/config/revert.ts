import type { Place } from '@fsigk/host'
import type { Command } from 'commander'
import { command, does } from '../command.js'
import type { ExitCode } from '../exit-code.js'
import { administer } from './administer.js'
import { type SaveOptions, saveRequest, tellSaved, withSaveOptions } from './save.js'

interface RevertOptions extends SaveOptions {
  readonly key?: string
}

/** `fsigk config revert N`: undoes one revision by a new one, and keeps what came later. */
export function revertCommand(): Command {
  const verb = command('revert', 'undo one revision, and keep what came later')
    .argument('<revision>', '12 or r12, -1 for one back, or a date')
    .option('--key <key>', 'undo this setting of it alone')
  return does(withSaveOptions(verb), revert)
}

async function revert(place: Place, options: RevertOptions, of: string): Promise<ExitCode> {
  await using administration = await administer(place)
  return tellSaved(await administration.revert({ ...saveRequest(options), of, key: options.key }), options)
}
