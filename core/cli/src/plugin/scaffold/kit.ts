/**
 * The kit that a new plugin package carries in `vendor/`: the gateway and the packages that a plugin is built and tested
 * with, each as the tarball that `npm pack` would make of it. Put together from this installation, without npm. Files are
 * read one after the other: a command that does nothing else spends a quarter of its time on promises for thousands of them.
 */
import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fail } from '../../errors.js'
import { type ArchiveFile, writeTarball } from '../archive/write-tarball.js'

interface PackageJson {
  readonly name: string
  readonly version: string
  readonly files?: readonly string[]
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly [key: string]: unknown
}

/** One package of ours, with the files that it consists of. */
export interface KitPackage {
  readonly name: string
  readonly version: string
  readonly files: readonly ArchiveFile[]
  /** Packages of others that it needs, each with its exact version. */
  readonly needs: Readonly<Record<string, string>>
}

export interface Kit {
  readonly packages: readonly KitPackage[]
  /** Versions of the tools that this release is built with: `typescript`, `@biomejs/biome`, `@types/node`. */
  readonly tools: Readonly<Record<string, string>>
}

/** What a plugin is built against, and tested with. */
const STARTING_POINTS = ['@fsigk/plugin-api', '@fsigk/testing'] as const
const TOOLS = ['typescript', '@biomejs/biome', '@types/node'] as const

/**
 * @param installation the product's folder
 * @throws FSIGK_KIT_INCOMPLETE when a package is not there or not built
 */
export function readKit(installation: string): Kit {
  const libraries = new Map<string, { readonly folder: string; readonly manifest: PackageJson }>()
  const product = readJson(installation)
  const cli = join(installation, 'core', 'cli')
  const plugins = readdirSync(join(installation, 'plugins'))
    .sort()
    .map((name) => join(installation, 'plugins', name))
  const members = [cli, ...plugins]
  const memberManifests = members.map(readJson)
  const visit = (name: string, from: string): void => {
    if (libraries.has(name)) return
    const folder = packageFolder(name, from)
    const manifest = readJson(folder)
    libraries.set(name, { folder, manifest })
    for (const needed of ownNames(manifest)) visit(needed, folder)
  }
  for (const name of STARTING_POINTS) visit(name, cli)
  for (const [at, manifest] of memberManifests.entries())
    for (const name of ownNames(manifest)) visit(name, members[at] ?? cli)
  const packages = [...libraries.values()].map((library) => libraryPackage(library.folder, library.manifest))
  const tools = Object.fromEntries(TOOLS.map((name) => [name, product.devDependencies?.[name] ?? '*']))
  return { packages: [...packages, productPackage(installation, product, members, memberManifests)], tools }
}

/** The file name under which a package stands in `vendor/`. */
export function tarballName({ name, version }: KitPackage): string {
  return `${name.replace(/^@/, '').replace('/', '-')}-${version}.tgz`
}

export function tarballOf({ files }: KitPackage): Buffer {
  return writeTarball(files.map((file) => ({ ...file, name: `package/${file.name}` })))
}

function ownNames({ dependencies = {} }: PackageJson): readonly string[] {
  return Object.keys(dependencies).filter(isOurs)
}

function isOurs(name: string): boolean {
  return name.startsWith('@fsigk/') || name === 'eventstore-lite'
}

function othersOf({ dependencies = {}, optionalDependencies = {} }: PackageJson): Readonly<Record<string, string>> {
  const all = Object.entries({ ...dependencies, ...optionalDependencies })
  return Object.fromEntries(all.filter(([name]) => !isOurs(name)))
}

/** @throws FSIGK_KIT_INCOMPLETE */
function packageFolder(name: string, from: string): string {
  try {
    const entry = createRequire(join(from, 'package.json')).resolve(name)
    for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder))
      if (folder.endsWith(name.replace(/^@\w+\//, '')) || folder.endsWith(name)) return folder
    throw new Error(`${entry} lies in no folder of that name`)
  } catch (cause) {
    throw fail('FSIGK_KIT_INCOMPLETE', [name, cause instanceof Error ? cause.message : String(cause)], { cause })
  }
}

function readJson(folder: string): PackageJson {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageJson
  } catch (cause) {
    throw fail('FSIGK_KIT_INCOMPLETE', [folder, String(cause)], { cause })
  }
}

function libraryPackage(folder: string, manifest: PackageJson): KitPackage {
  return {
    name: manifest.name,
    version: manifest.version,
    files: [manifestFile('package.json', manifest), ...packedFiles(folder, manifest, '')],
    needs: othersOf(manifest),
  }
}

/** The product itself, as an installation lies on a disk: `core/cli`, `plugins/`, `conf/`. */
function productPackage(
  installation: string,
  product: PackageJson,
  members: readonly string[],
  manifests: readonly PackageJson[],
): KitPackage {
  const dependencies: Record<string, string> = {}
  const files: ArchiveFile[] = []
  for (const [at, folder] of members.entries()) {
    const manifest = manifests[at]
    if (manifest === undefined) continue
    const where = folder.slice(installation.length + 1)
    files.push(manifestFile(`${where}/package.json`, manifest), ...packedFiles(folder, manifest, `${where}/`))
    Object.assign(dependencies, manifest.dependencies)
  }
  files.push(...filesBelow(join(installation, 'conf', 'templates'), 'conf/templates'))
  const manifest: PackageJson = {
    name: 'fsigk',
    version: product.version,
    license: product['license'],
    description: product['description'],
    type: 'module',
    bin: { fsigk: './core/cli/bin/fsigk.js', 'fsigk-plugin': './core/cli/bin/fsigk-plugin.js' },
    dependencies,
    optionalDependencies: product.optionalDependencies ?? {},
    devDependencies: Object.fromEntries(TOOLS.map((name) => [name, product.devDependencies?.[name] ?? '*'])),
  }
  const { name, version } = manifest
  return { name, version, files: [manifestJson('package.json', manifest), ...files], needs: othersOf(manifest) }
}

/** What a package says of itself, without what only its own build needs. */
function manifestFile(
  name: string,
  { devDependencies: _tools, scripts: _scripts, ...manifest }: PackageJson,
): ArchiveFile {
  return manifestJson(name, manifest as PackageJson)
}

function manifestJson(name: string, manifest: PackageJson): ArchiveFile {
  return { name, bytes: Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`), executable: false }
}

/** @throws FSIGK_KIT_INCOMPLETE when something that the package should hold is not there */
function packedFiles(folder: string, manifest: PackageJson, prefix: string): readonly ArchiveFile[] {
  const named = manifest.files ?? []
  const left = named.filter((name) => name.startsWith('!')).map((name) => `${prefix}${name.slice(1)}`)
  const files: ArchiveFile[] = []
  for (const name of named.filter((each) => !each.startsWith('!'))) {
    const path = join(folder, name)
    files.push(
      ...(builtAt(path, manifest.name).isDirectory()
        ? filesBelow(path, `${prefix}${name}`)
        : [fileAt(path, `${prefix}${name}`)]),
    )
  }
  return files.filter(({ name }) => !name.endsWith('.map') && !left.some((each) => name.startsWith(each)))
}

function builtAt(path: string, name: string): Stats {
  try {
    return statSync(path)
  } catch (cause) {
    throw fail('FSIGK_KIT_INCOMPLETE', [name, `'${path}' is missing; build it first`], { cause })
  }
}

function filesBelow(folder: string, name: string): readonly ArchiveFile[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1))
  const files: ArchiveFile[] = []
  for (const entry of entries) {
    const [path, inside] = [join(folder, entry.name), `${name}/${entry.name}`]
    if (entry.isDirectory()) files.push(...filesBelow(path, inside))
    else if (entry.isFile()) files.push(fileAt(path, inside))
  }
  return files
}

function fileAt(path: string, name: string): ArchiveFile {
  const { mode } = statSync(path)
  return { name, bytes: readFileSync(path), executable: (mode & 0o111) !== 0 }
}
