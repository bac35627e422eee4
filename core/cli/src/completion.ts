/** Completion of the command line: `fsigk completion bash` prints the script, which asks `fsigk complete` for words. */
import { openAdministration, type Place } from '@fsigk/host'
import type { Command } from 'commander'
import { command, does } from './command.js'
import { drillWords } from './drill.js'
import type { ExitCode } from './exit-code.js'
import { printLine } from './print.js'

/** What stands after these verbs of `fsigk config` is a setting, with `=` where a value follows. */
const TAKE_SETTINGS = ['get', 'set', 'unset', 'list', 'edit', 'blame', 'check']
const TAKE_VALUES = ['set', 'edit', 'check']

/** The program is named by its path, so that completion works for an installation that is not on PATH. */
const bashScript = (program: string) => `_fsigk() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(${quoted(program)} complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
  [[ \${COMPREPLY[0]} == *= ]] && compopt -o nospace
}
complete -F _fsigk fsigk
`

/** One word of a shell, whatever the path holds. */
function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`
}

/** `fsigk completion bash`: what to put into ~/.bashrc, as `source <(fsigk completion bash)`. */
export function completionCommand(): Command {
  const verb = command('completion', 'print the completion script of a shell').argument('<shell>', 'bash')
  return does(verb, async (_place: Place, _options, shell: string): Promise<ExitCode> => {
    if (shell !== 'bash') return verb.error(`there is no completion for '${shell}'; there is one for bash`)
    process.stdout.write(bashScript(process.argv[1] ?? 'fsigk'))
    return 0
  })
}

/** `fsigk complete -- WORD …`: the words that may stand in the place of the last one, a line each. */
export function completeCommand(): Command {
  const verb = command('complete', '').argument('[words...]')
  does(verb, async (place: Place, _options, words: readonly string[]): Promise<ExitCode> => {
    for (const word of await candidates(verb.parent ?? verb, place, words)) printLine(word)
    return 0
  })
  return verb
}

async function candidates(root: Command, place: Place, words: readonly string[]): Promise<readonly string[]> {
  const last = words.at(-1) ?? ''
  const holder = words.slice(0, -1).reduce<Command>((found, word) => childOf(found, word) ?? found, root)
  if (last.startsWith('-')) return holder.options.flatMap(({ long }) => long ?? [])
  if (holder.name() === 'drill') return drillWords
  const verbs = holder.commands.map((each) => each.name()).filter((name) => name !== 'complete')
  if (verbs.length > 0 || holder.parent?.name() !== 'config') return verbs
  return TAKE_SETTINGS.includes(holder.name()) ? await settings(place, TAKE_VALUES.includes(holder.name())) : []
}

function childOf(holder: Command, name: string): Command | undefined {
  return holder.commands.find((each) => each.name() === name)
}

/** Those of core and of every plugin that the gateway knows. */
async function settings(place: Place, withValue: boolean): Promise<readonly string[]> {
  await using administration = await openAdministration(place)
  const keys = (await administration.list({})).map(({ key }) => key)
  return withValue ? keys.map((key) => `${key}=`) : keys
}
