/** Writes a new plugin package: the template of its kind, what all kinds share, and the kit. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type { PluginKind } from '@fsigk/plugin-api'
import { fail } from '../../errors.js'
import { type Kit, tarballName, tarballOf } from './kit.js'
import { packageJson } from './package-json.js'
import type { PluginNames } from './plugin-name.js'

/** Beside `dist/` and `bin/` of this package. */
const TEMPLATES = join(import.meta.dirname, '..', '..', '..', '..', 'templates')

/** Names that stand in templates for those of the plugin. */
const STAND_INS = (names: PluginNames) =>
  [
    ['sample-plugin', names.id],
    ['sample_plugin', names.section],
    ['Sample plugin', names.title],
  ] as const

/**
 * @returns the files that were written, relative to `folder`
 * @throws FSIGK_FOLDER_NOT_EMPTY, FSIGK_FILE_NOT_WRITTEN
 */
export async function writePackage(
  folder: string,
  names: PluginNames,
  kind: PluginKind,
  kit: Kit,
): Promise<readonly string[]> {
  await requireEmpty(folder)
  const files = new Map<string, string | Buffer>()
  const about = (await readFile(join(TEMPLATES, kind, '_about.md'), 'utf8')).trimEnd()
  for (const path of await filesBelow(join(TEMPLATES, 'any')))
    files.set(
      targetName(relative(join(TEMPLATES, 'any'), path)),
      (await readFile(path, 'utf8')).replace('ABOUT', about),
    )
  for (const part of ['src', 'test'])
    for (const path of await filesBelow(join(TEMPLATES, kind, part)))
      files.set(relative(join(TEMPLATES, kind), path), await readFile(path, 'utf8'))
  files.set('package.json', `${JSON.stringify(packageJson(names, kind, kit), undefined, 2)}\n`)
  for (const [name, content] of files) files.set(name, renamed(content, names))
  for (const each of kit.packages) files.set(join('vendor', tarballName(each)), tarballOf(each))
  await writeAll(folder, files)
  return [...files.keys()].sort()
}

/** @throws FSIGK_FOLDER_NOT_EMPTY */
async function requireEmpty(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw fail('FSIGK_FOLDER_NOT_EMPTY', [folder], { cause: error })
  })
  if (entries.length > 0) throw fail('FSIGK_FOLDER_NOT_EMPTY', [folder])
}

/** `_biome.json` is a template's: under its own name it would be in force here. */
function targetName(name: string): string {
  if (name === '_gitignore' || name === '_npmrc') return name.replace('_', '.')
  return name.replace(/^_/, '')
}

function renamed(content: string | Buffer, names: PluginNames): string | Buffer {
  if (typeof content !== 'string') return content
  return STAND_INS(names).reduce((text, [standIn, name]) => text.replaceAll(standIn, name), content)
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

/** @throws FSIGK_FILE_NOT_WRITTEN */
async function writeAll(folder: string, files: ReadonlyMap<string, string | Buffer>): Promise<void> {
  for (const [name, content] of files) {
    const path = join(folder, name)
    try {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, content, { flag: 'wx' })
    } catch (cause) {
      throw fail('FSIGK_FILE_NOT_WRITTEN', [path, (cause as Error).message], { cause })
    }
  }
}
