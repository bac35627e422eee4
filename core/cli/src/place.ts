/** Where this installation lies, and where its state does. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Place } from '@fsigk/host'

/** The folder that holds this package's package.json: sources are compiled to `dist/src`. */
const packageFolder = join(import.meta.dirname, '..', '..')

/** @param home of the command line; else FSIGK_HOME, else `.fsigk/` beside the product's package.json */
export function placeOf(home: string | undefined): Place {
  const installation = installationFolder()
  return {
    installation,
    home: resolve(home || process.env['FSIGK_HOME'] || join(installation, '.fsigk')),
    version: packageJsonOf(packageFolder)?.version ?? '',
  }
}

/** The nearest folder above that holds the product's package.json. */
function installationFolder(): string {
  for (let folder = packageFolder; folder !== dirname(folder); folder = dirname(folder))
    if (packageJsonOf(folder)?.name === 'fsigk') return folder
  return dirname(dirname(packageFolder))
}

function packageJsonOf(folder: string): { readonly name?: string; readonly version?: string } | undefined {
  const file = join(folder, 'package.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}
