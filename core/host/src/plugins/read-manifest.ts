/** Reads what a plugin package says of itself, and nothing of its code. */
import { open, realpath, stat } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { PLUGIN_API_VERSION, type PluginManifest, pluginManifest, z } from '@fsigk/plugin-api'
import { fail, messageOf } from '../errors.js'

const MAX_JSON_BYTES = 1024 * 1024

const conditions = z.looseObject({ default: z.string().optional(), import: z.string().optional() })
const packageFile = z.looseObject({
  version: z
    .string()
    .regex(/^[0-9A-Za-z.+-]+$/, 'letters, digits, ".", "-" and "+"')
    .max(64),
  main: z.string().optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
  exports: z.union([z.string(), z.looseObject({ '.': z.union([z.string(), conditions]) })]).optional(),
  fsigk: z.looseObject({}),
})
type PackageFile = z.infer<typeof packageFile>

export interface PluginPackageFile {
  readonly manifest: PluginManifest
  readonly version: string
  /** The package's folder, symbolic links resolved. */
  readonly folder: string
  readonly entry: string
  /** Names of the packages that it needs. */
  readonly needs: readonly string[]
}

/**
 * Reads and checks package.json of the plugin in a folder.
 * @throws FSIGK_PLUGIN_MANIFEST, FSIGK_PLUGIN_API_MISMATCH, FSIGK_PLUGIN_ENTRY
 */
export async function readManifest(givenFolder: string): Promise<PluginPackageFile> {
  const folder = await realpath(givenFolder)
  const parsed = packageFile.safeParse(await readPackageJson(folder))
  if (!parsed.success) throw fail('FSIGK_PLUGIN_MANIFEST', [folder, ruleOf(parsed.error)])
  // The version of the contract is looked at first: a manifest of another version may well have another shape.
  const { api, id } = parsed.data.fsigk as { api?: unknown; id?: unknown }
  if (typeof api === 'number' && api !== PLUGIN_API_VERSION)
    throw fail('FSIGK_PLUGIN_API_MISMATCH', [String(id), api, PLUGIN_API_VERSION])
  const manifest = pluginManifest.safeParse(parsed.data.fsigk)
  if (!manifest.success) throw fail('FSIGK_PLUGIN_MANIFEST', [folder, ruleOf(manifest.error, 'fsigk')])
  const entry = await entryOf(folder, manifest.data.id, parsed.data)
  const needs = Object.keys(parsed.data.dependencies ?? {})
  return { manifest: manifest.data, version: parsed.data.version, folder, entry, needs }
}

async function readPackageJson(folder: string): Promise<unknown> {
  try {
    return JSON.parse(await readBounded(join(folder, 'package.json')))
  } catch (cause) {
    throw fail('FSIGK_PLUGIN_MANIFEST', [folder, `package.json: ${messageOf(cause)}`], { cause })
  }
}

async function entryOf(folder: string, id: string, file: PackageFile): Promise<string> {
  const named = entryName(file)
  if (named === undefined) throw fail('FSIGK_PLUGIN_ENTRY', [id, 'package.json names no entry in "exports"'])
  const entry = insideFolder(folder, named)
  if (entry === undefined) throw fail('FSIGK_PLUGIN_ENTRY', [id, `'${named}' lies outside of its folder`])
  const isFile = await stat(entry).then(
    (found) => found.isFile(),
    () => false,
  )
  if (!isFile) throw fail('FSIGK_PLUGIN_ENTRY', [id, `'${entry}' does not exist`])
  return entry
}

function entryName({ exports, main }: PackageFile): string | undefined {
  if (exports === undefined) return main
  if (typeof exports === 'string') return exports
  const root = exports['.']
  return typeof root === 'string' ? root : (root.import ?? root.default)
}

/** The path of a file that a package names, or undefined when it lies outside of the package. */
export function insideFolder(folder: string, named: string): string | undefined {
  const path = resolve(folder, named)
  return path.startsWith(folder + sep) ? path : undefined
}

/** @throws when the file cannot be read or is larger than 1 MiB */
export async function readBounded(path: string): Promise<string> {
  await using file = await open(path, 'r')
  const { size } = await file.stat()
  if (size > MAX_JSON_BYTES) throw new RangeError(`larger than ${MAX_JSON_BYTES} bytes`)
  return await file.readFile('utf8')
}

function ruleOf(error: z.ZodError, prefix = ''): string {
  return error.issues
    .slice(0, 5)
    .map(
      ({ path, message }) =>
        `${[prefix, ...path].filter((part) => part !== '').join('.') || 'package.json'}: ${message}`,
    )
    .join('; ')
}
