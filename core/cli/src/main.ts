/** The composition root of the command line: all verbs, and how errors end. */
import { messageOf } from '@fsigk/host'
import { isFsigk } from '@fsigk/plugin-api'
import { type Command, CommanderError } from 'commander'
import { group } from './command.js'
import { configCommand } from './config.js'
import { eicarCommand } from './eicar.js'
import type { ExitCode } from './exit-code.js'
import { placeOf } from './place.js'
import { oneLine, printJson, printProblem } from './print.js'
import { runCommand as runVerb } from './run.js'
import { statusCommand } from './status.js'
import { stopCommand } from './stop.js'

/**
 * Runs one command of `fsigk`.
 * @param words the command line without node and script
 * @returns the exit code; a gateway that `run` started has stopped by then
 */
export async function runCommand(words: readonly string[]): Promise<ExitCode> {
  // `fsigk config list | head` closes our output early, which is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    // A gateway serves on, whether somebody reads what it prints or not.
    if (words[0] !== 'run') process.exit(0)
  })
  try {
    await program().parseAsync([...words], { from: 'user' })
    return (process.exitCode ?? 0) as ExitCode
  } catch (error) {
    return report(error, words.includes('--json'))
  }
}

function program(): Command {
  const fsigk = group('fsigk', [runVerb(), statusCommand(), stopCommand(), configCommand(), eicarCommand()])
    .description('An open Internet gatekeeper.')
    .version(placeOf(undefined).version)
  everyCommand(fsigk, (each) =>
    each.exitOverride().configureOutput({
      // Commander's suggestions stand on lines of their own; ours are one line an error.
      outputError: (text, write) => write(`fsigk: ${oneLine(text.replace(/^error: /, ''))}\n`),
    }),
  )
  return fsigk
}

function everyCommand(root: Command, apply: (each: Command) => void): void {
  apply(root)
  for (const child of root.commands) everyCommand(child, apply)
}

/** One line on stderr; with `--json` the code and the details on stdout too. */
function report(error: unknown, json: boolean): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  printProblem(messageOf(error))
  if (json) {
    const { code, details } = isFsigk(error) ? error : { code: undefined, details: undefined }
    printJson({ error: { code, message: messageOf(error), details } })
  }
  return 2
}
