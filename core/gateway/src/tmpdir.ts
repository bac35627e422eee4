/**
 * Folders that hold other people's files: `tmpdir` and `quarantine_dir` (guide 7.1.1.5). Both are private, and the
 * temporary one must have room and no leftovers when a service starts.
 */

import type { Stats } from 'node:fs'
import { chmod, chown, lstat, readdir, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { fail } from './errors.js'
import { groupIdOf } from './group-id.js'
import { makeFolder } from './make-folder.js'
import { systemErrorSuffix } from './system-error.js'

/** Guide 9.1.3: a service does not start with less. */
const MIN_FREE_BYTES = 5_000_000

const PRIVATE_FOLDER = 0o700
/** What is made in it belongs to its group, which may read there. */
const GROUP_FOLDER = 0o2750

/** The mode bit of folders like /tmp. */
const STICKY = 0o1000

/** Spool files are named `proxytmp-<process id>-<random>`. */
export const SPOOL_PREFIX = 'proxytmp-'

/**
 * Makes the folder when it is missing, mode 0700. One that is there must be private already, or empty.
 *
 * @param setting the setting that names the folder, for the error
 * @throws FSIGK_FOLDER_UNUSABLE when it is no folder, is shared, belongs to someone else or cannot be made: in a place like /var/tmp
 *   anyone could have put a folder or a link of that name there beforehand
 */
export async function preparePrivateFolder(setting: string, folder: string): Promise<void> {
  const { mode } = await usableFolder(setting, folder)
  if ((mode & 0o077) === 0) return
  if (modeOf(mode) === GROUP_FOLDER && (await holdsSpoolFilesOnly(folder))) await chmod(folder, PRIVATE_FOLDER)
  else await makePrivate(setting, folder, mode)
}

/**
 * Makes the folder when it is missing, for its owner and readable for a group (`common.spool_group`); a private one is
 * opened to the group.
 *
 * @throws FSIGK_SPOOL_GROUP, and what `preparePrivateFolder` does
 */
export async function prepareSpoolFolder(setting: string, folder: string, group: string): Promise<void> {
  if (group === '') return await preparePrivateFolder(setting, folder)
  const gid = await groupIdOf(group)
  const { mode, gid: before } = await usableFolder(setting, folder)
  if (modeOf(mode) === GROUP_FOLDER && before === gid) return
  await preparePrivateFolder(setting, folder)
  try {
    await chown(folder, -1, gid)
  } catch (cause) {
    throw fail('FSIGK_SPOOL_GROUP', [group, `the gateway's user is no member of it${systemErrorSuffix(cause)}`], {
      cause,
    })
  }
  await chmod(folder, GROUP_FOLDER)
}

async function usableFolder(setting: string, folder: string): Promise<Stats> {
  let status: Stats
  try {
    makeFolder(folder, PRIVATE_FOLDER)
    status = await lstat(folder)
  } catch (cause) {
    throw fail('FSIGK_FOLDER_UNUSABLE', [setting, folder, `it cannot be made${systemErrorSuffix(cause)}`], { cause })
  }
  if (!status.isDirectory()) throw fail('FSIGK_FOLDER_UNUSABLE', [setting, folder, 'it is not a folder'])
  if (status.uid !== process.geteuid?.())
    throw fail('FSIGK_FOLDER_UNUSABLE', [setting, folder, `it belongs to user id ${status.uid}`])
  return status
}

function modeOf(mode: number): number {
  return mode & 0o7777
}

async function holdsSpoolFilesOnly(folder: string): Promise<boolean> {
  return (await readdir(folder)).every((name) => name.startsWith(SPOOL_PREFIX))
}

/** Only an empty folder: whoever names `/tmp` or `/` must not take it away from everybody else. */
async function makePrivate(setting: string, folder: string, mode: number): Promise<void> {
  if ((await readdir(folder)).length > 0 || (mode & STICKY) !== 0) {
    const octal = (mode & 0o7777).toString(8).padStart(4, '0')
    const reason = `others may use it (mode ${octal}); name a folder of the gateway's own, or make it private by 'chmod 700'`
    throw fail('FSIGK_FOLDER_UNUSABLE', [setting, folder, reason])
  }
  await chmod(folder, PRIVATE_FOLDER)
}

/** @throws FSIGK_TMPDIR_FULL with the guide's message (9.1.3) when less than 5 MB are free; the service then does not start */
export async function checkTmpdir(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize < MIN_FREE_BYTES) throw fail('FSIGK_TMPDIR_FULL', [folder])
}

/**
 * Removes spool files that a crash left behind. Nothing else in the folder is touched.
 *
 * @param ofProcess only those of this process id: for a worker that died while others work on
 * @returns how many were removed
 */
export async function removeLeftovers(folder: string, ofProcess?: number): Promise<number> {
  const prefix = ofProcess === undefined ? SPOOL_PREFIX : `${SPOOL_PREFIX}${ofProcess}-`
  let removed = 0
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix)) continue
    await rm(join(folder, name), { force: true })
    removed += 1
  }
  return removed
}
