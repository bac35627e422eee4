/** A file like those that are scanned, by which is found out whether a clamd may read them. */
import { randomBytes } from 'node:crypto'
import { open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

const PRIVATE_FILE = 0o600
const GROUP_FILE = 0o640
const GROUP_MAY_SEARCH = 0o010

export interface SpoolProbe extends AsyncDisposable {
  readonly path: string
}

/** @param folder where contents lie that are files; its mode tells whether its group may read them */
export async function spoolProbe(folder: string): Promise<SpoolProbe> {
  // Named like what lies there, so that it is removed with the rest if we die.
  const path = join(folder, `proxytmp-${process.pid}-${randomBytes(16).toString('hex')}`)
  const { mode } = await stat(folder)
  await using file = await open(path, 'wx', PRIVATE_FILE)
  if ((mode & GROUP_MAY_SEARCH) !== 0) await file.chmod(GROUP_FILE)
  await file.writeFile('Nothing but a file.')
  return { path, [Symbol.asyncDispose]: () => rm(path, { force: true }) }
}
