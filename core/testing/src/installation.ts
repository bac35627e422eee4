import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The folder of the product, with `core/cli`, `plugins` and `conf`: the one that this kit is a part of, else the package
 * `fsigk` that is installed beside it.
 *
 * @throws Error when there is neither
 */
export function installationFolder(): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder))
    if (isProduct(folder)) return folder
  try {
    return dirname(fileURLToPath(import.meta.resolve('fsigk/package.json')))
  } catch (cause) {
    throw new Error("@fsigk/testing needs the package 'fsigk', the gateway itself, among the devDependencies.", {
      cause,
    })
  }
}

function isProduct(folder: string): boolean {
  const file = join(folder, 'package.json')
  return existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown }).name === 'fsigk'
}
