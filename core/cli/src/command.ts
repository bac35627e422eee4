/** What all commands share: their common options, and how what they do becomes an exit code. */
import type { Place } from '@fsigk/host'
import { Command } from 'commander'
import type { ExitCode } from './exit-code.js'
import { placeOf } from './place.js'

export interface CommonOptions {
  readonly home?: string
  readonly json?: boolean
}

/** What a verb does: prints what it has to say, and tells how it ended. */
export type Verb<A extends readonly unknown[], O> = (
  place: Place,
  options: O & CommonOptions,
  ...args: A
) => Promise<ExitCode>

/** A command with the options that every command has. */
export function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--home <folder>', 'the state folder, instead of FSIGK_HOME')
    .option('--json', 'print JSON')
}

/** A command that only holds others: without a verb it prints its help. */
export function group(name: string, verbs: readonly Command[]): Command {
  const holder = new Command(name).allowExcessArguments()
  for (const verb of verbs) holder.addCommand(verb)
  return holder.action(() => {
    const [unknown] = holder.args
    const whole = holder.parent === null ? name : `${holder.parent.name()} ${name}`
    if (unknown !== undefined) holder.error(`there is no command '${whole} ${unknown}'; see '${whole} --help'`)
    holder.outputHelp()
  })
}

/** Has a command do what a verb does, and the process end as the verb ended. */
export function does<A extends readonly unknown[], O>(target: Command, verb: Verb<A, O>): Command {
  return target.action(async (...given: unknown[]) => {
    const args = given.slice(0, target.registeredArguments.length) as unknown as A
    const options = target.opts<O & CommonOptions>()
    process.exitCode = await verb(placeOf(options.home), options, ...args)
  })
}
