/** `fsigk eicar`: makes the test file that every scanner finds and that harms nobody (guide 6). */
import { readFile, stat, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Place } from '@fsigk/host'
import { messageOf } from '@fsigk/host'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from './command.js'
import { fail } from './errors.js'
import type { ExitCode } from './exit-code.js'
import { printJson, printLine } from './print.js'

/** In two halves, so that a scanner on the developer's machine leaves this file alone. */
const EICAR = Buffer.from(
  ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''),
  'latin1',
)

export function eicarCommand(): Command {
  const verb = command('eicar', 'make the harmless test file that every scanner finds').argument(
    '[file]',
    'where; a folder gets an eicar.com',
    'eicar.com',
  )
  return does(verb, eicar)
}

async function eicar(_place: Place, { json }: CommonOptions, given: string): Promise<ExitCode> {
  const path = (await isFolder(given)) ? resolve(given, 'eicar.com') : resolve(given)
  const written = await writeTestFile(path)
  if (json) printJson({ path, bytes: EICAR.length, written })
  else printLine(written ? `${path} (${EICAR.length} bytes)` : `${path} (was there already)`)
  return 0
}

/** @returns false when the file was there already */
async function writeTestFile(path: string): Promise<boolean> {
  try {
    await writeFile(path, EICAR, { flag: 'wx', mode: 0o644 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw fail('FSIGK_FILE_NOT_WRITTEN', [path, messageOf(error)], { cause: error })
    if (await holdsTestFile(path)) return false
    throw fail('FSIGK_FILE_EXISTS', [path], { cause: error })
  }
}

async function holdsTestFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isFile() === true && found.size === EICAR.length && (await readFile(path)).equals(EICAR)
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
