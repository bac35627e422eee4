/**
 * `node_modules` of a new plugin without npm and without a network: packages of ours are unpacked, those of others
 * linked to the ones that this installation uses.
 */
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fail } from '../../errors.js'
import type { Kit } from './kit.js'

type Bins = Readonly<Record<string, string>>

/** @throws FSIGK_KIT_INCOMPLETE when this installation has not all of it */
export async function linkModules(folder: string, installation: string, kit: Kit): Promise<void> {
  const modules = join(folder, 'node_modules')
  await mkdir(join(modules, '.bin'), { recursive: true })
  for (const { name, files } of kit.packages) {
    for (const file of files) await put(join(modules, name, file.name), file.bytes, file.executable)
    await linkBins(modules, name)
  }
  const others = new Set([...Object.keys(kit.tools), ...kit.packages.flatMap(({ needs }) => Object.keys(needs))])
  for (const name of others) {
    const found = findModule(name, installation)
    if (found !== undefined) await linkModule(modules, name, found)
    else if (!name.startsWith('node-linux-'))
      throw fail('FSIGK_KIT_INCOMPLETE', [
        name,
        `${installation} has no such package in its node_modules; run npm install`,
      ])
  }
}

function findModule(name: string, installation: string): string | undefined {
  const places = createRequire(join(installation, 'core', 'cli', 'package.json')).resolve.paths(name) ?? []
  return places.map((place) => join(place, name)).find((path) => existsSync(join(path, 'package.json')))
}

async function put(path: string, bytes: Buffer, executable: boolean): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, bytes)
  if (executable) await chmod(path, 0o755)
}

async function linkModule(modules: string, name: string, target: string): Promise<void> {
  await mkdir(dirname(join(modules, name)), { recursive: true })
  await symlink(target, join(modules, name))
  await linkBins(modules, name)
}

async function linkBins(modules: string, name: string): Promise<void> {
  const { bin } = JSON.parse(await readFile(join(modules, name, 'package.json'), 'utf8')) as { bin?: string | Bins }
  const bins: Bins = typeof bin === 'string' ? { [name.replace(/^.*\//, '')]: bin } : (bin ?? {})
  for (const [command, file] of Object.entries(bins))
    await symlink(relative(join(modules, '.bin'), join(modules, name, file)), join(modules, '.bin', command))
}
