/** A package written to a folder that nobody looks at, until it is known to be in order. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ArchiveFile } from '../archive/write-tarball.js'

export interface StagedPackage extends AsyncDisposable {
  readonly folder: string
}

/**
 * @param parent holds it; the host passes over names that begin with a dot
 */
export async function stagePackage(parent: string, files: readonly ArchiveFile[]): Promise<StagedPackage> {
  await mkdir(parent, { recursive: true })
  const folder = await mkdtemp(join(parent, '.staged-'))
  const staged = { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
  try {
    for (const { name, bytes, executable } of files) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), bytes, { flag: 'wx', mode: executable ? 0o755 : 0o644 })
    }
    return staged
  } catch (error) {
    await staged[Symbol.asyncDispose]()
    throw error
  }
}
