/**
 * Brings the files of conf/ to a revision: atomically, only what differs, and without losing what somebody wrote there
 * by hand. Taking hand edits in as settings is not done here.
 */
import { constants } from 'node:fs'
import { chmod, copyFile, link, mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fail } from '../errors.js'
import { confFile } from './conf-file.js'
import { PRIVATE_MODE, PROJECTION_MODE, removeLeftovers, replaceFile, syncFolder } from './replace-file.js'
import { hashOf, WrittenHashes } from './written-hashes.js'
import { WrittenRevisions } from './written-revisions.js'

type FileContent = string | Uint8Array

export interface WrittenProjections {
  /** Names of files that were written now. */
  readonly written: readonly string[]
  /** Of those, the ones that had been written before and were gone. */
  readonly rewritten: readonly string[]
  /** Files that somebody had edited: their content is under the new name, in the same folder. */
  readonly kept: readonly KeptFile[]
  /** Files that somebody had edited, or put something else in the place of: they stand as they are. */
  readonly left: readonly string[]
}

export interface KeptFile {
  readonly name: string
  readonly keptAs: string
}

export interface WriteOptions {
  /** Stamps the names of edited files that are kept. */
  readonly now?: () => Date
  /** What becomes of edited files: they get another name (unless told), or stay. */
  readonly edited?: 'set aside' | 'leave'
  /** Hashes of edited files whose content has been taken in, so that they are written like any other. */
  readonly taken?: ReadonlyMap<string, string>
  /** The revision of these files. */
  readonly revision?: number
}

/**
 * @param folder made when missing (0750), and so are folders in it
 * @param files as `projectFiles` gives them
 * @throws FSIGK_PROJECTION_NOT_WRITTEN at the first file that cannot be written; that file is as it was
 */
export async function writeProjections(
  folder: string,
  files: ReadonlyMap<string, FileContent>,
  options: WriteOptions = {},
): Promise<WrittenProjections> {
  const { hashes, revisions } = await attempt(folder, () => prepare(folder, files))
  const stamp = (options.now?.() ?? new Date()).toISOString().replace(/[-:]|\.\d+/g, '')
  const setsAside = options.edited !== 'leave'
  const kept: KeptFile[] = []
  const left: string[] = []
  const rewritten: string[] = []
  const outdated = new Map<string, FileContent>()
  for (const [name, content] of files) {
    const path = join(folder, name)
    const state = await attempt(path, () => stateOf(folder, name, content, hashes, options.taken?.get(name), setsAside))
    if (state === 'edited' && !setsAside) left.push(name)
    else {
      if (state === 'edited') kept.push({ name, keptAs: await attempt(path, () => keep(folder, name, stamp)) })
      if (state !== 'current') outdated.set(name, content)
      if (state === 'missing' && revisions.find(name) !== undefined) rewritten.push(name)
    }
  }
  await attempt(folder, () => hashes.remember([...files].map(([name, text]) => [name, hashOf(text)] as const)))
  const { revision } = options
  if (revision !== undefined) {
    const fresh = [...files.keys()].filter(
      (name) => !left.includes(name) && (outdated.has(name) || !revisions.find(name)),
    )
    await attempt(folder, () => revisions.remember(fresh, revision))
  }
  for (const [name, content] of outdated) {
    const path = join(folder, name)
    await attempt(path, () => replaceFile(path, content, modeOf(name)))
  }
  return { written: [...outdated.keys()], rewritten, kept, left }
}

/** What a fetcher of definitions signs in with is nobody else's to read. */
function modeOf(name: string): number {
  return name === 'dbupdate.conf' ? PRIVATE_MODE : PROJECTION_MODE
}

async function prepare(folder: string, files: ReadonlyMap<string, FileContent>) {
  for (const each of new Set([folder, ...[...files.keys()].map((name) => dirname(join(folder, name)))])) {
    await mkdir(each, { recursive: true, mode: 0o750 })
    await removeLeftovers(each)
  }
  return { hashes: await WrittenHashes.of(folder), revisions: await WrittenRevisions.of(folder) }
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
async function stateOf(
  folder: string,
  name: string,
  content: FileContent,
  hashes: WrittenHashes,
  taken: string | undefined,
  setsAside: boolean,
): Promise<'current' | 'missing' | 'old' | 'edited'> {
  const found = await confFile(folder, name, content, hashes)
  switch (found.is) {
    case 'current':
      if ((found.mode & 0o777 & ~modeOf(name)) !== 0) await chmod(join(folder, name), found.mode & modeOf(name))
      return 'current'
    case 'missing':
    case 'old':
      return found.is
    case 'edited':
      return taken === hashOf(found.content) ? 'old' : 'edited'
    case 'strange':
      if (found.isFolder && setsAside) throw new Error(found.why)
      return 'edited'
  }
}

/** Gives the file a second name before the first one gets the new content, so that neither is missing at any time. */
async function keep(folder: string, name: string, stamp: string): Promise<string> {
  for (let attempts = 1; ; attempts++) {
    const keptAs = `${name}.edited-${stamp}${attempts === 1 ? '' : `-${attempts}`}`
    try {
      await secondName(join(folder, name), join(folder, keptAs))
      await syncFolder(dirname(join(folder, keptAs)))
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
