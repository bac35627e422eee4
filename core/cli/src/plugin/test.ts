import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import type { Place } from '@fsigk/host'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from '../command.js'
import { fail } from '../errors.js'
import type { ExitCode } from '../exit-code.js'
import { printJson } from '../print.js'

/** `fsigk-plugin test [FOLDER]`: the plugin's own tests, as its package.json says. */
export function testCommand(): Command {
  return does(command('test', "run a plugin's own tests").argument('[folder]', 'the plugin package', '.'), test)
}

/** 0: all pass, 1: not all do. */
async function test(_place: Place, { json }: CommonOptions, given: string): Promise<ExitCode> {
  const folder = resolve(given)
  const child = spawn('npm', ['test'], { cwd: folder, stdio: ['ignore', json ? 'pipe' : 'inherit', 'inherit'] })
  // With --json the report of the tests goes to stderr: stdout is for JSON alone.
  child.stdout?.pipe(process.stderr)
  const [code] = (await once(child, 'close').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') throw fail('FSIGK_NPM_MISSING', ['npm test'], { cause })
    throw cause
  })) as [number | null]
  if (json) printJson({ folder, passed: code === 0 })
  return code === 0 ? 0 : 1
}
