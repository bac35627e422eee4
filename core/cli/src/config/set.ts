import type { Place } from '@fsigk/host'
import type { Command } from 'commander'
import { command, does } from '../command.js'
import { fail } from '../errors.js'
import type { ExitCode } from '../exit-code.js'
import { administer } from './administer.js'
import { type SaveOptions, saveRequest, tellSaved, validText, withSaveOptions } from './save.js'
import { textOfFile } from './value-file.js'

/** `fsigk config set KEY=VALUE …`: all of them in one revision, or none. */
export function setCommand(): Command {
  const verb = command('set', 'change settings, all in one revision').argument(
    '<settings...>',
    'KEY=VALUE, or KEY=@FILE for the text of a file (KEY=@@… for a value that begins with @)',
  )
  return does(withSaveOptions(verb), set)
}

async function set(place: Place, options: SaveOptions, settings: readonly string[]): Promise<ExitCode> {
  const changes = settings.map(readChange)
  await using administration = await administer(place)
  return tellSaved(await administration.change({ ...saveRequest(options), origin: 'cli', changes }), options)
}

/** @throws FSIGK_USAGE */
export function readChange(text: string): { readonly key: string; readonly to: string } {
  const equals = text.indexOf('=')
  if (equals < 1) throw fail('FSIGK_USAGE', [`'${text}' is no KEY=VALUE, like http.svcport=9080.`])
  const key = text.slice(0, equals)
  const value = validText(key, text.slice(equals + 1))
  if (!value.startsWith('@')) return { key, to: value }
  return { key, to: value.startsWith('@@') ? value.slice(1) : textOfFile(key, value.slice(1)) }
}
