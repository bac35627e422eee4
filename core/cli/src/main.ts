/** The composition root of `fsigk`: all its verbs. */
import type { Command } from 'commander'
import { group } from './command.js'
import { completeCommand, completionCommand } from './completion.js'
import { configCommand } from './config.js'
import { drillCommand } from './drill.js'
import { eicarCommand } from './eicar.js'
import type { ExitCode } from './exit-code.js'
import { factsCommand } from './facts.js'
import { placeOf } from './place.js'
import { runProgram } from './program.js'
import { runCommand as runVerb } from './run.js'
import { statusCommand } from './status.js'
import { stopCommand } from './stop.js'

/**
 * Runs one command of `fsigk`.
 * @param words the command line without node and script
 * @returns the exit code; a gateway that `run` started has stopped by then
 */
export function runCommand(words: readonly string[]): Promise<ExitCode> {
  // A gateway serves on, whether somebody reads what it prints or not.
  return runProgram(program(), words, words[0] === 'run')
}

function program(): Command {
  const verbs = [
    runVerb(),
    statusCommand(),
    stopCommand(),
    configCommand(),
    factsCommand(),
    drillCommand(),
    eicarCommand(),
    completionCommand(),
  ]
  return group('fsigk', verbs)
    .addCommand(completeCommand(), { hidden: true })
    .description('An open Internet gatekeeper.')
    .version(placeOf(undefined).version)
}
