/** `fsigk-plugin create NAME --kind KIND`: a new plugin package that builds and passes its own tests. */
import { resolve } from 'node:path'
import type { Place } from '@fsigk/host'
import { type PluginKind, pluginKinds } from '@fsigk/plugin-api'
import { type Command, Option } from 'commander'
import { type CommonOptions, command, does } from '../command.js'
import type { ExitCode } from '../exit-code.js'
import { printJson, printLine } from '../print.js'
import { readKit } from './scaffold/kit.js'
import { linkModules } from './scaffold/link-modules.js'
import { pluginNames } from './scaffold/plugin-name.js'
import { writePackage } from './scaffold/write-package.js'

interface CreateOptions extends CommonOptions {
  readonly kind: PluginKind
  readonly folder?: string
  readonly link?: boolean
}

export function createCommand(): Command {
  const verb = command('create', 'make a new plugin package')
    .argument('<name>', 'lower-case words joined by "-"; its id and the name of its package')
    .addOption(new Option('--kind <kind>', 'what it is').choices([...pluginKinds]).makeOptionMandatory())
    .option('--folder <folder>', 'where; default is a folder of its name, here')
    .option('--link', 'take node_modules from this installation, without npm and without a network')
  return does(verb, create)
}

async function create(place: Place, options: CreateOptions, name: string): Promise<ExitCode> {
  const names = pluginNames(name)
  const folder = resolve(options.folder ?? names.id)
  const kit = readKit(place.installation)
  const files = await writePackage(folder, names, options.kind, kit)
  if (options.link === true) linkModules(folder, place.installation, kit)
  if (options.json) printJson({ id: names.id, kind: options.kind, section: names.section, folder, files })
  else {
    printLine(`${folder}: ${files.length} files.`)
    printLine('Next:')
    printLine(`  cd ${options.folder ?? names.id}`)
    if (options.link !== true) printLine('  npm install')
    printLine('  npm test')
  }
  return 0
}
