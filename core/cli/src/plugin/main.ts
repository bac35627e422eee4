/** The composition root of `fsigk-plugin`: all its verbs. */
import type { Command } from 'commander'
import { group } from '../command.js'
import type { ExitCode } from '../exit-code.js'
import { placeOf } from '../place.js'
import { runProgram } from '../program.js'
import { createCommand } from './create.js'

/**
 * Runs one command of `fsigk-plugin`.
 * @param words the command line without node and script
 */
export function runCommand(words: readonly string[]): Promise<ExitCode> {
  return runProgram(program(), words, false)
}

function program(): Command {
  return group('fsigk-plugin', [createCommand()])
    .description('Makes, tries, installs and switches plugins of fsigk.')
    .version(placeOf(undefined).version)
}
