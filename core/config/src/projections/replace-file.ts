import { randomBytes } from 'node:crypto'
import { open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Readable by the group, for administrators who are not root; by nobody else. */
export const PROJECTION_MODE = 0o640

/** For files that hold a secret. */
export const PRIVATE_MODE = 0o600

const TEMPORARY = /^\.(.+)\.[0-9a-f]{16}\.new$/

/**
 * Puts a file in place so that every reader, and every crash, finds the old one or the new one whole: a new file in the
 * same folder, its bytes on disk, then renamed, then the folder on disk.
 */
export async function replaceFile(path: string, content: string | Uint8Array, mode = PROJECTION_MODE): Promise<void> {
  const folder = dirname(path)
  const temporary = join(folder, `.${basename(path)}.${randomBytes(8).toString('hex')}.new`)
  try {
    const file = await open(temporary, 'wx', mode)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(folder)
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Removes what a crash left of unfinished replacements. Only while nobody else writes into the folder. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (TEMPORARY.test(name)) await rm(join(folder, name), { force: true })
  }
}
