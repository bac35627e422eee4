/** What a command line may name a plugin package by: its folder, its tarball, or its name in a registry. */
import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fail } from '../../errors.js'
import { readTarball } from '../archive/read-tarball.js'
import type { ArchiveFile } from '../archive/write-tarball.js'
import { packed } from './pack-folder.js'

const MAX_TARBALL_BYTES = 128 * 1024 * 1024

/** A name, perhaps with a version: never a URL, a path or an option of npm. */
const PACKAGE_NAME = /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*(@[a-z0-9^~.][a-z0-9.+-]*)?$/i

export type PackageSource =
  | { readonly is: 'folder' | 'tarball'; readonly path: string }
  | { readonly is: 'name'; readonly name: string }

/** What is there under this name, or else the name of a package. @throws FSIGK_PLUGIN_SOURCE */
export async function packageSource(given: string): Promise<PackageSource> {
  const path = resolve(given)
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory()) return { is: 'folder', path }
  if (found?.isFile()) return { is: 'tarball', path }
  if (!PACKAGE_NAME.test(given) || given.endsWith('.tgz'))
    throw fail('FSIGK_PLUGIN_SOURCE', [given, 'there is no such folder or file'])
  return { is: 'name', name: given }
}

/**
 * The files of the package that a source names.
 * @throws FSIGK_PLUGIN_SOURCE, FSIGK_NPM_MISSING, FSIGK_NPM_FAILED
 */
export async function packageFiles(source: PackageSource): Promise<readonly ArchiveFile[]> {
  const archive =
    source.is === 'tarball'
      ? await readBounded(source.path)
      : await packed(source.is === 'name' ? source.name : source.path)
  try {
    return readTarball(archive)
  } catch (cause) {
    throw fail('FSIGK_PLUGIN_SOURCE', [sourceText(source), (cause as Error).message], { cause })
  }
}

export function sourceText(source: PackageSource): string {
  return source.is === 'name' ? source.name : source.path
}

async function readBounded(path: string): Promise<Buffer> {
  const { size } = await stat(path)
  if (size > MAX_TARBALL_BYTES)
    throw fail('FSIGK_PLUGIN_SOURCE', [path, `it is larger than ${MAX_TARBALL_BYTES} bytes`])
  return await readFile(path)
}
