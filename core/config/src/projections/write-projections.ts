/**
 * Brings the files of conf/ to a revision: atomically, only what differs, and without losing what somebody wrote there
 * by hand. Taking hand edits in as settings is not done here.
 */
import { constants } from 'node:fs'
import { chmod, copyFile, link, lstat, mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fail } from '../errors.js'
import { PROJECTION_MODE, removeLeftovers, replaceFile, syncFolder } from './replace-file.js'
import { hashOf, WrittenHashes } from './written-hashes.js'

/** A longer file is no projection of ours: the longest values together stay below. */
const MAX_PROJECTION_BYTES = 64 * 1024 * 1024

export interface WrittenProjections {
  /** Names of files that were written now. */
  readonly written: readonly string[]
  /** Files that somebody had edited: their content is under the new name, in the same folder. */
  readonly kept: readonly { readonly name: string; readonly keptAs: string }[]
}

/**
 * @param folder made when missing (0750)
 * @param files as `projectFiles` gives them
 * @param options.now stamps the names of edited files that are kept
 * @throws FSIGK_PROJECTION_NOT_WRITTEN at the first file that cannot be written; that file is as it was
 */
export async function writeProjections(
  folder: string,
  files: ReadonlyMap<string, string>,
  options: { readonly now?: () => Date } = {},
): Promise<WrittenProjections> {
  const hashes = await attempt(folder, async () => {
    await mkdir(folder, { recursive: true, mode: 0o750 })
    await removeLeftovers(folder)
    return await WrittenHashes.of(folder)
  })
  const stamp = (options.now?.() ?? new Date()).toISOString().replace(/[-:]|\.\d+/g, '')
  const written: string[] = []
  const kept: { name: string; keptAs: string }[] = []
  const outdated = new Map<string, string>()

  for (const [name, text] of files) {
    const path = join(folder, name)
    const state = await attempt(path, () => inspect(path, name, text, hashes))
    if (state === 'edited') {
      const keptAs = await attempt(path, () => keep(folder, name, stamp))
      kept.push({ name, keptAs })
    }
    if (state !== 'current') outdated.set(name, text)
  }
  await attempt(folder, () => hashes.remember([...files].map(([name, text]) => [name, hashOf(text)] as const)))
  for (const [name, text] of outdated) {
    const path = join(folder, name)
    await attempt(path, () => replaceFile(path, text))
    written.push(name)
  }
  return { written, kept }
}

async function attempt<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw fail('FSIGK_PROJECTION_NOT_WRITTEN', [path, cause instanceof Error ? cause.message : String(cause)], {
      cause,
    })
  }
}

/** Whether a file says what it should, said so once, or was edited. A link or the like is an edit too. */
async function inspect(
  path: string,
  name: string,
  text: string,
  hashes: WrittenHashes,
): Promise<'current' | 'old' | 'edited'> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (found === undefined) return 'old'
  if (found.isDirectory()) throw new Error('a folder stands in its place')
  if (!found.isFile() || found.size > MAX_PROJECTION_BYTES) return 'edited'
  const content = await readFile(path)
  if (content.equals(Buffer.from(text))) {
    if ((found.mode & 0o777 & ~PROJECTION_MODE) !== 0) await chmod(path, found.mode & PROJECTION_MODE)
    return 'current'
  }
  return hashes.knows(name, hashOf(content)) ? 'old' : 'edited'
}

/** Gives the file a second name before the first one gets the new content, so that neither is missing at any time. */
async function keep(folder: string, name: string, stamp: string): Promise<string> {
  for (let attempts = 1; ; attempts++) {
    const keptAs = `${name}.edited-${stamp}${attempts === 1 ? '' : `-${attempts}`}`
    try {
      await secondName(join(folder, name), join(folder, keptAs))
      await syncFolder(folder)
      return keptAs
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

async function secondName(path: string, keptPath: string): Promise<void> {
  try {
    await link(path, keptPath)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    // Some file systems know no links; there the bytes are copied.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error
    await copyFile(path, keptPath, constants.COPYFILE_EXCL)
    const copy = await open(keptPath, 'r+')
    try {
      await copy.sync()
    } finally {
      await copy.close()
    }
  }
}
