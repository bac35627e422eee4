import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type PluginManifest, pluginManifest } from '@fsigk/plugin-api'

interface PackageJson {
  readonly fsigk?: unknown
  readonly exports?: Readonly<Record<string, unknown>>
}

/** What the package in a folder says of itself; undefined when that cannot be read. */
export async function readPackageJson(folder: string): Promise<PackageJson | undefined> {
  try {
    const read: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    return typeof read === 'object' && read !== null ? read : undefined
  } catch {
    return undefined
  }
}

/** The manifest of the package in a folder; undefined when it has none that is in order. */
export async function readManifestOf(folder: string): Promise<PluginManifest | undefined> {
  return pluginManifest.safeParse((await readPackageJson(folder))?.fsigk).data
}
