/**
 * Keeps detected content in `quarantine_dir` (guide 7.1.1.5): the bytes as they came, a mail as a mailbox of one message,
 * private, under a name that owes nothing to them, and a small JSON file of the same name beside them that says what they are.
 */
import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Body, Envelope } from '@fsigk/plugin-api'
import { mbox } from './mbox.js'
import type { Spool } from './spool.js'
import { preparePrivateFolder } from './tmpdir.js'

const PRIVATE_FILE = 0o600
const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

/** What is told of quarantined content, beside it. */
export interface QuarantineFacts {
  readonly service: string
  /** The session's id, as in the logs. */
  readonly id: string
  readonly revision: number
  /** ISO 8601. */
  readonly at: string
  readonly threats: readonly string[]
  readonly action: string
  readonly direction: 'download' | 'upload'
  readonly url: string
  readonly peerAddress: string
  readonly fileName: string
  readonly contentType: string
  /** Content codings that are still on the kept bytes, in the order in which they were applied. */
  readonly codings: readonly string[]
  readonly bytes: number
  /** Whether this is all of it; the first part of a body of which the rest was never held is not. */
  readonly complete: boolean
  /** Of a mail, which is kept in mailbox format. */
  readonly mail?: Envelope
}

/**
 * The content appears under its name whole or not at all, on disk before this settles.
 *
 * @returns the name, for the log
 * @throws the error of the system call that failed, or FSIGK_FOLDER_UNUSABLE; nothing is left behind then
 */
export async function quarantine(folder: string, content: Spool, facts: QuarantineFacts): Promise<string> {
  await preparePrivateFolder('quarantine_dir', folder)
  const name = `${facts.service}-${facts.at.replaceAll(/[-:]|\.\d+/g, '')}-${randomBytes(8).toString('hex')}`
  const partial = join(folder, `.${name}.partial`)
  try {
    if (facts.mail === undefined) await keepContent(partial, content)
    else await writeBody(partial, mbox(facts.mail.mailFrom, facts.at, content.open()))
    await writeNew(join(folder, `${name}.json`), (file) => file.writeFile(`${JSON.stringify(facts, undefined, 2)}\n`))
    await rename(partial, join(folder, name))
    await syncFolder(folder)
  } catch (error) {
    for (const path of [partial, join(folder, `${name}.json`)]) await rm(path, { force: true })
    throw error
  }
  return name
}

/** A spool file on the same file system is linked, which copies nothing. */
async function keepContent(path: string, content: Spool): Promise<void> {
  if (content.path !== undefined && (await isLinked(content.path, path))) return
  await writeBody(path, content.open())
}

async function writeBody(path: string, body: Body): Promise<void> {
  await writeNew(path, async (file) => {
    for await (const chunk of body) await file.writeFile(chunk)
  })
}

async function isLinked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
  } catch {
    return false
  }
  const file = await open(to, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
  return true
}

async function writeNew(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, FLAGS, PRIVATE_FILE)
  try {
    await write(file)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
