/** Packs a built plugin package, as npm does: its `files`, its package.json and README, its bundled dependencies. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { npm } from '../npm.js'

/** What `npm pack --json` tells of the one package that it packed. */
export interface Packed {
  readonly path: string
  readonly bytes: number
  readonly files: number
  /** `sha512-…` of the archive. */
  readonly integrity: string
}

/**
 * @param source a folder, or the name of a package
 * @throws FSIGK_NPM_MISSING, FSIGK_NPM_FAILED
 */
export async function packInto(source: string, destination: string): Promise<Packed> {
  const args = ['pack', source, '--ignore-scripts', '--json', '--pack-destination', destination]
  const printed = JSON.parse(await npm(destination, args, `packing '${source}'`)) as unknown
  const [told] = (Array.isArray(printed) ? printed : Object.values(printed as object)) as readonly {
    readonly filename: string
    readonly size: number
    readonly entryCount: number
    readonly integrity: string
  }[]
  if (told === undefined) throw new Error('npm pack told of no package')
  const { filename, size, entryCount, integrity } = told
  return { path: join(destination, filename), bytes: size, files: entryCount, integrity }
}

/** The archive of a folder or of a package's name. @throws as `packInto` */
export async function packed(source: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'fsigk-pack-'))
  try {
    return await readFile((await packInto(source, folder)).path)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
