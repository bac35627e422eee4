/** How the programs of this package end: what commander says, what verbs throw, and the exit code of each. */
import { messageOf } from '@fsigk/host'
import { isFsigk } from '@fsigk/plugin-api'
import { type Command, CommanderError } from 'commander'
import type { ExitCode } from './exit-code.js'
import { oneLine, printJson, printProblem } from './print.js'

/**
 * Runs one command.
 * @param program all commands; its name stands before each error
 * @param words the command line without node and script
 * @param outlivesReader whether the command goes on when nobody reads what it prints any more
 */
export async function runProgram(
  program: Command,
  words: readonly string[],
  outlivesReader: boolean,
): Promise<ExitCode> {
  // `fsigk config list | head` closes our output early, which is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    if (!outlivesReader) process.exit(0)
  })
  everyCommand(program, (each) =>
    each.exitOverride().configureOutput({
      // Commander's suggestions stand on lines of their own; ours are one line an error.
      outputError: (text, write) => write(`${program.name()}: ${oneLine(text.replace(/^error: /, ''))}\n`),
    }),
  )
  try {
    await program.parseAsync([...words], { from: 'user' })
    return (process.exitCode ?? 0) as ExitCode
  } catch (error) {
    return report(error, words.includes('--json'), program.name())
  }
}

function everyCommand(root: Command, apply: (each: Command) => void): void {
  apply(root)
  for (const child of root.commands) everyCommand(child, apply)
}

/** One line on stderr; with `--json` the code and the details on stdout too. */
function report(error: unknown, json: boolean, program: string): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  printProblem(messageOf(error), program)
  if (json) {
    const { code, details } = isFsigk(error) ? error : { code: undefined, details: undefined }
    printJson({ error: { code, message: messageOf(error), details } })
  }
  return 2
}
