/** What a file of conf/ is on disk, compared with what was written there. */
import { constants } from 'node:fs'
import { lstat, open } from 'node:fs/promises'
import { join } from 'node:path'
import { hashOf, type WrittenHashes } from './written-hashes.js'

/** A longer file is no projection of ours: the longest values together stay below. */
const MAX_PROJECTION_BYTES = 64 * 1024 * 1024

export type ConfFile =
  /** As it should be. */
  | { readonly is: 'current'; readonly mode: number }
  | { readonly is: 'missing' }
  /** Written by us once: a crash between append and write, a restored backup. */
  | { readonly is: 'old' }
  | EditedConfFile
  /** Not to be read as a file: a link, a folder, a file that we may not read. */
  | { readonly is: 'strange'; readonly why: string; readonly isFolder: boolean }

export interface EditedConfFile {
  readonly is: 'edited'
  readonly content: Buffer
  /** Who owns it. */
  readonly uid: number
  /** Milliseconds since 1970. */
  readonly changedAt: number
}

/** @param wanted its bytes at the newest revision */
export async function confFile(
  folder: string,
  name: string,
  wanted: string | Uint8Array,
  hashes: WrittenHashes,
): Promise<ConfFile> {
  const path = join(folder, name)
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (found === undefined) return { is: 'missing' }
  if (found.isDirectory()) return { is: 'strange', why: 'a folder stands in its place', isFolder: true }
  if (found.isSymbolicLink()) return strange('it is a symbolic link, which is not followed')
  if (!found.isFile()) return strange('it is no regular file')
  if (found.size > MAX_PROJECTION_BYTES) return strange(`it has ${found.size} bytes`)
  let content: Buffer
  try {
    content = await readRegular(path)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return { is: 'missing' }
    return strange(`it cannot be read (${code ?? message})`)
  }
  if (content.equals(Buffer.from(wanted))) return { is: 'current', mode: found.mode }
  if (hashes.knows(name, hashOf(content))) return { is: 'old' }
  return { is: 'edited', content, uid: found.uid, changedAt: found.mtimeMs }
}

function strange(why: string): ConfFile {
  return { is: 'strange', why, isFolder: false }
}

/** Never through a link that took the file's place meanwhile, and never a pipe that would not end. */
async function readRegular(path: string): Promise<Buffer> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
  await using file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  const { size } = await file.stat()
  if (size > MAX_PROJECTION_BYTES) throw new Error(`it has ${size} bytes`)
  return await file.readFile()
}
