/** The packages that a plugin stands on and did not bring along. */
import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fail } from '../../errors.js'
import { hasNpm, npm } from '../npm.js'

/** The host gives these to every plugin, whatever it brings. */
const GIVEN: ReadonlySet<string> = new Set(['@fsigk/plugin-api', 'tsyringe', 'reflect-metadata', 'zod'])

/** A range of versions, or a tag: what npm finds in its registry, and never a folder, a URL or a repository. */
const REGISTRY_RANGE = /^(?!\.)(?!.*\.(tgz|tar|tar\.gz)$)[\w.^~<>=|*+ -]*$/i

/**
 * Adds what is missing by npm, without running any script of a package.
 * @returns the names of what was added
 * @throws FSIGK_PLUGIN_DEPENDENCIES where there is no npm, or the package brings only some; FSIGK_NPM_FAILED
 */
export async function addDependencies(id: string, folder: string): Promise<readonly string[]> {
  const { dependencies = {} } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    readonly dependencies?: Readonly<Record<string, string>>
  }
  const missing: [string, string][] = []
  for (const [name, range] of Object.entries(dependencies))
    if (!GIVEN.has(name) && !(await isThere(folder, name))) missing.push([name, range])
  if (missing.length === 0) return []
  const elsewhere = missing.find(([, range]) => !REGISTRY_RANGE.test(range))
  if (elsewhere !== undefined)
    throw fail('FSIGK_PLUGIN_DEPENDENCIES', [
      id,
      elsewhere[0],
      `'${elsewhere[1]}' is no version in the registry of npm`,
    ])
  const names = missing.map(([name]) => name)
  if (await isFolder(join(folder, 'node_modules')))
    throw fail('FSIGK_PLUGIN_DEPENDENCIES', [id, names.join(', '), 'it brings others along; it must bring all or none'])
  if (!(await hasNpm())) throw fail('FSIGK_PLUGIN_DEPENDENCIES', [id, names.join(', '), 'there is no npm here'])
  const aside = await mkdtemp(join(dirname(folder), '.needed-'))
  try {
    const needed = { name: 'needed', version: '1.0.0', private: true, dependencies: Object.fromEntries(missing) }
    await writeFile(join(aside, 'package.json'), JSON.stringify(needed))
    await npm(
      aside,
      ['install', '--ignore-scripts', '--omit=dev', '--no-bin-links', '--no-package-lock'],
      `what '${id}' needs`,
    )
    await rm(join(aside, 'node_modules', '.package-lock.json'), { force: true })
    await rename(join(aside, 'node_modules'), join(folder, 'node_modules'))
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  return names
}

async function isThere(folder: string, name: string): Promise<boolean> {
  return await stat(join(folder, 'node_modules', name, 'package.json')).then(
    (found) => found.isFile(),
    () => false,
  )
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
