/**
 * What was installed into a folder of plugins, and whether it still is what it was: `installed.json` stands beside the
 * plugins and holds a hash over all files of each. A plugin that somebody put there by hand stands in no such file, and is
 * not checked.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from '@fsigk/plugin-api'
import { fail, messageOf } from '../errors.js'
import { readBounded } from './read-manifest.js'

const INSTALLED_FILE = 'installed.json'

/** A plugin holds at most so much, its own dependencies included. */
export const PLUGIN_LIMITS = { files: 20_000, bytes: 256 * 1024 * 1024 } as const

const installedPlugin = z.object({
  id: z.string(),
  version: z.string(),
  /** The folder, tarball or package name that it came from. */
  from: z.string(),
  /** `sha512-…`, over the path and the bytes of every file. */
  integrity: z.string(),
  /** ISO 8601. */
  at: z.string(),
})
export type InstalledPlugin = Readonly<z.output<typeof installedPlugin>>

/**
 * What was installed into a folder of plugins, by id; nothing where there is no such folder.
 * @throws FSIGK_PLUGIN_INSTALLED_FILE when the file is damaged
 */
export async function readInstalled(plugins: string): Promise<ReadonlyMap<string, InstalledPlugin>> {
  const file = join(plugins, INSTALLED_FILE)
  try {
    const entries = z.array(installedPlugin).parse(JSON.parse(await readBounded(file)))
    return new Map(entries.map((entry) => [entry.id, entry]))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
    throw fail('FSIGK_PLUGIN_INSTALLED_FILE', [file, messageOf(cause)], { cause })
  }
}

/** Writes what is installed, whole or not at all. */
export async function writeInstalled(plugins: string, installed: Iterable<InstalledPlugin>): Promise<void> {
  const entries = [...installed].toSorted((one, other) => (one.id < other.id ? -1 : 1))
  const file = join(plugins, INSTALLED_FILE)
  const fresh = `${file}.${process.pid}`
  try {
    await writeFile(fresh, `${JSON.stringify(entries, undefined, 2)}\n`, { mode: 0o600, flush: true })
    await rename(fresh, file)
  } finally {
    await rm(fresh, { force: true })
  }
}

/**
 * The hash over all files of a plugin: the same for the same files, wherever and whenever they were put there.
 * @throws RangeError when it holds something else than files and folders, or more than `PLUGIN_LIMITS`
 */
export async function integrityOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const hash = createHash('sha512')
  const paths: string[] = []
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name).slice(folder.length + 1)
    if (entry.isDirectory()) continue
    if (!entry.isFile()) throw new RangeError(`'${path}' is neither a file nor a folder`)
    paths.push(path)
  }
  if (paths.length > PLUGIN_LIMITS.files) throw new RangeError(`it holds more than ${PLUGIN_LIMITS.files} files`)
  let left = PLUGIN_LIMITS.bytes
  for (const path of paths.sort()) {
    const bytes = await readFile(join(folder, path))
    left -= bytes.length
    if (left < 0) throw new RangeError(`it holds more than ${PLUGIN_LIMITS.bytes} bytes`)
    hash.update(`${path}\0${bytes.length}\0`).update(bytes)
  }
  return `sha512-${hash.digest('base64')}`
}

/**
 * Whether an installed plugin is what was installed. One that was not installed is not checked.
 * @param name of its folder, which is its id
 * @throws FSIGK_PLUGIN_INTEGRITY
 */
export async function checkIntegrity(
  folder: string,
  name: string,
  installed: ReadonlyMap<string, InstalledPlugin>,
): Promise<void> {
  const entry = installed.get(name)
  if (entry === undefined) return
  const found = await integrityOf(folder).catch((cause: unknown) => {
    throw fail('FSIGK_PLUGIN_INTEGRITY', [name, messageOf(cause)], { cause })
  })
  if (found !== entry.integrity)
    throw fail('FSIGK_PLUGIN_INTEGRITY', [name, `its files have changed since it was installed from ${entry.from}`])
}
