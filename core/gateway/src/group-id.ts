import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { fail } from './errors.js'

const LIMIT_MS = 5_000
const run = promisify(execFile)

/**
 * The number of a system group, wherever the system keeps its groups (getent(1)).
 * @throws FSIGK_SPOOL_GROUP when there is none of this name
 */
export async function groupIdOf(name: string): Promise<number> {
  let found = ''
  try {
    const { stdout } = await run('getent', ['group', '--', name], { timeout: LIMIT_MS })
    found = stdout
  } catch (cause) {
    throw fail('FSIGK_SPOOL_GROUP', [name, 'the system knows no such group'], { cause })
  }
  const id = Number(found.split(':')[2])
  if (!Number.isInteger(id)) throw fail('FSIGK_SPOOL_GROUP', [name, 'the system does not tell its number'])
  return id
}
