import { openAdministration, type Place } from '@fsigk/host'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from '../command.js'
import { valueCell } from '../config/value-cell.js'
import type { ExitCode } from '../exit-code.js'
import { printJson, printLine, printPairs, printTable } from '../print.js'
import { readManifestOf } from './package/manifest-of.js'
import { type PluginHere, pluginNamed, pluginsHere } from './plugins-here.js'

/** `fsigk-plugin info ID`: what a plugin is, and the settings that it has. */
export function infoCommand(): Command {
  return does(command('info', 'show one plugin, its versions, health and settings').argument('<id>'), info)
}

async function info(place: Place, { json }: CommonOptions, id: string): Promise<ExitCode> {
  await using administration = await openAdministration(place)
  const plugin = pluginNamed(await pluginsHere(place, administration), id)
  const manifest = await readManifestOf(plugin.folder)
  const all = plugin.section === null ? [] : await administration.list({})
  const settings = all
    .filter(({ key }) => key.startsWith(`${plugin.section}.`))
    .map(({ key, type, limit, default: initial, value, label, help }) => ({
      key,
      type,
      limit,
      default: initial,
      value,
      label,
      help,
    }))
  if (json) {
    printJson({ ...plugin, manifest: manifest ?? null, settings })
    return 0
  }
  printLine(`${plugin.id} ${plugin.version ?? ''}: ${manifest?.title.en ?? 'not in order'}`)
  printPairs(
    [
      ['kind', plugin.kind ?? '-'],
      ['contract', manifest === undefined ? '-' : String(manifest.api)],
      ['enabled', plugin.enabled ? 'yes' : 'no'],
      ['state', plugin.state],
      ['isolation', plugin.isolation ?? '-'],
      ['folder', plugin.folder],
      ['from', plugin.from],
      ['integrity', plugin.installed?.integrity ?? 'not pinned'],
      ['calls', callsText(plugin)],
      ...(plugin.problem === null ? [] : [['problem', plugin.problem] as const]),
    ],
    '  ',
  )
  if (settings.length === 0) return 0
  printLine()
  printTable(
    ['SETTING', 'TYPE', 'LIMIT', 'DEFAULT', 'VALUE', 'MEANING'],
    settings.map(({ key, type, limit, default: initial, value, label }) => [
      key,
      type,
      limit,
      valueCell(initial, 30),
      valueCell(value, 30),
      label.en,
    ]),
  )
  return 0
}

/** `12, 1 failed (last at …: …)` */
function callsText({ health }: PluginHere): string {
  if (health === null) return '-'
  const { calls, failures = 0, lastFailure } = health
  return `${calls}, ${failures} failed${lastFailure === undefined ? '' : ` (last at ${lastFailure.at}: ${lastFailure.because})`}`
}
