import { openAdministration, type Place } from '@fsigk/host'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from '../command.js'
import type { ExitCode } from '../exit-code.js'
import { printJson, printLine } from '../print.js'

/** `fsigk config restore [FILE …]`: the settings' own files again, edited ones kept beside them; 1 when none was edited. */
export function restoreCommand(): Command {
  const verb = command('restore', 'undo edits of the files of conf/, keeping them under another name').argument(
    '[files...]',
    'fsigk.ini, hosts.allow, …; all that were edited unless told',
  )
  return does(verb, restore)
}

async function restore(place: Place, { json }: CommonOptions, names: readonly string[]): Promise<ExitCode> {
  await using administration = await openAdministration(place)
  const kept = await administration.restore(names.length === 0 ? {} : { files: names.map(withoutFolder) })
  if (json) printJson(kept)
  else if (kept.length === 0) printLine('Nothing to restore: no such file was edited.')
  else for (const { name, keptAs } of kept) printLine(`conf/${name} restored; what stood there is conf/${keptAs}`)
  return kept.length === 0 ? 1 : 0
}

/** People name a file as they see it. */
function withoutFolder(name: string): string {
  return name.replace(/^(.*\/)?conf\//, '')
}
