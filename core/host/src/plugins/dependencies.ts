/** Whether the packages that a plugin says it needs are there, told from folders alone, before any of its code is loaded. */
import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { OWN_PACKAGES } from './own-packages.js'

/** @returns those of the packages that code in this folder could not import */
export async function missingPackages(folder: string, needed: readonly string[]): Promise<readonly string[]> {
  const others = needed.filter((name) => !OWN_PACKAGES.some((own) => own === name))
  const there = await Promise.all(others.map((name) => canImport(folder, name)))
  return others.filter((_, at) => there[at] !== true)
}

async function canImport(folder: string, name: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    if (await isFile(join(at, 'node_modules', name, 'package.json'))) return true
    if (dirname(at) === at) return false
  }
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
