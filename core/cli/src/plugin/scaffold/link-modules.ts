/**
 * `node_modules` of a new plugin without npm and without a network: packages of ours are unpacked, those of others
 * linked to the ones that this installation uses.
 */
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fail } from '../../errors.js'
import type { Kit } from './kit.js'

type Bins = Readonly<Record<string, string>>

/** @throws FSIGK_KIT_INCOMPLETE when this installation has not all of it */
export function linkModules(folder: string, installation: string, kit: Kit): void {
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '.bin'), { recursive: true })
  for (const { name, files } of kit.packages) {
    const folders = new Set(files.map((file) => dirname(join(modules, name, file.name))))
    for (const each of folders) mkdirSync(each, { recursive: true })
    for (const { name: file, bytes, executable } of files)
      writeFileSync(join(modules, name, file), bytes, { mode: executable ? 0o755 : 0o644 })
    linkBins(modules, name)
  }
  const others = new Set([...Object.keys(kit.tools), ...kit.packages.flatMap(({ needs }) => Object.keys(needs))])
  for (const name of others) {
    const found = findModule(name, installation)
    if (found !== undefined) linkModule(modules, name, found)
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

function linkModule(modules: string, name: string, target: string): void {
  mkdirSync(dirname(join(modules, name)), { recursive: true })
  symlinkSync(target, join(modules, name))
  linkBins(modules, name)
}

function linkBins(modules: string, name: string): void {
  const { bin } = JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')) as { bin?: string | Bins }
  const bins: Bins = typeof bin === 'string' ? { [name.replace(/^.*\//, '')]: bin } : (bin ?? {})
  for (const [command, file] of Object.entries(bins))
    symlinkSync(relative(join(modules, '.bin'), join(modules, name, file)), join(modules, '.bin', command))
}
