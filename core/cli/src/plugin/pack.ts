import { resolve } from 'node:path'
import { type Place, readPluginFolder } from '@fsigk/host'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from '../command.js'
import type { ExitCode } from '../exit-code.js'
import { printJson, printLine } from '../print.js'
import { packInto } from './package/pack-folder.js'

interface PackOptions extends CommonOptions {
  readonly destination?: string
}

/** `fsigk-plugin pack [FOLDER]`: a tarball of a built plugin, to hand out or to install. */
export function packCommand(): Command {
  const verb = command('pack', 'pack a built plugin into a tarball')
    .argument('[folder]', 'the plugin package', '.')
    .option('--destination <folder>', 'where the tarball goes; default is here')
  return does(verb, pack)
}

async function pack(_place: Place, { json, destination }: PackOptions, folder: string): Promise<ExitCode> {
  // A package that the host would refuse is not worth packing: not built, no schema, a broken manifest.
  const { id, kind, version } = await readPluginFolder(resolve(folder), [])
  const packed = await packInto(resolve(folder), resolve(destination ?? '.'))
  if (json) printJson({ id, kind, version, ...packed })
  else {
    printLine(`${packed.path} (${id} ${version}, ${kind}, ${packed.files} files, ${packed.bytes} bytes)`)
    printLine(packed.integrity)
  }
  return 0
}
