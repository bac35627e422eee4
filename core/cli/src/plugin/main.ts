/** The composition root of `fsigk-plugin`: all its verbs. */
import type { Command } from 'commander'
import { group } from '../command.js'
import type { ExitCode } from '../exit-code.js'
import { placeOf } from '../place.js'
import { runProgram } from '../program.js'
import { createCommand } from './create.js'
import { infoCommand } from './info.js'
import { installCommand } from './install.js'
import { listCommand } from './list.js'
import { packCommand } from './pack.js'
import { removeCommand } from './remove.js'
import { disableCommand, enableCommand, orderCommand } from './switch.js'
import { testCommand } from './test.js'
import { verifyCommand } from './verify.js'

/**
 * Runs one command of `fsigk-plugin`.
 * @param words the command line without node and script
 */
export function runCommand(words: readonly string[]): Promise<ExitCode> {
  return runProgram(program(), words, false)
}

function program(): Command {
  const verbs = [
    listCommand(),
    infoCommand(),
    enableCommand(),
    disableCommand(),
    orderCommand(),
    createCommand(),
    testCommand(),
    verifyCommand(),
    packCommand(),
    installCommand(),
    removeCommand(),
  ]
  return group('fsigk-plugin', verbs)
    .description('Makes, tries, installs and switches plugins of fsigk.')
    .version(placeOf(undefined).version)
}
