/** `fsigk-plugin verify`: whether a plugin is in order by the host's own rules, and keeps to what its kind promises. */
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import {
  type FoundPlugin,
  homeAt,
  insideFolder,
  integrityOf,
  type Place,
  readInstalled,
  readPluginFolder,
} from '@fsigk/host'
import { isFsigk } from '@fsigk/plugin-api'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from '../command.js'
import { fail } from '../errors.js'
import type { ExitCode } from '../exit-code.js'
import { printJson, printLine } from '../print.js'
import { stagePackage } from './install/staged-package.js'
import { readPackageJson } from './package/manifest-of.js'
import { packageFiles } from './package/package-source.js'
import { type CheckResult, tryPlugin } from './verify/trial.js'

export function verifyCommand(): Command {
  const verb = command(
    'verify',
    'check a plugin by the rules of the host and the conformance suite of its kind',
  ).argument('[plugin]', 'a folder, a tarball, or the id of an installed plugin', '.')
  return does(verb, verify)
}

/** 0: in order; 1: something of the plugin is not. */
async function verify(place: Place, { json }: CommonOptions, given: string): Promise<ExitCode> {
  await using target = await targetOf(place, given)
  const results: CheckResult[] = []
  const note = (result: CheckResult) => {
    results.push(result)
    if (json !== true) printLine(lineOf(result))
  }
  const found = await readAsTheHostDoes(target.folder, note)
  if (found !== undefined) {
    if (target.integrity !== undefined) note(await integrityCheck(target.folder, target.integrity))
    const subject = await subjectModule(found.folder)
    const { databases } = homeAt(place.home)
    if (json !== true && subject === undefined)
      printLine(`#   ${found.id} exports no './conformance': what only a sample shows is not tried`)
    await tryPlugin({ found, settings: defaultsOf(found), subject, databases }, note)
  }
  const failed = results.filter(({ ok }) => !ok).length
  if (json) printJson({ id: found?.id ?? null, kind: found?.kind ?? null, ok: failed === 0, checks: results })
  else
    printLine(
      failed === 0
        ? `${found?.id} is in order: ${results.length} checks.`
        : `${failed} of ${results.length} checks failed.`,
    )
  return failed === 0 ? 0 : 1
}

interface Target extends AsyncDisposable {
  readonly folder: string
  /** The hash that it was installed with. */
  readonly integrity: string | undefined
}

/** @throws FSIGK_PLUGIN_SOURCE */
async function targetOf({ home, installation }: Place, given: string): Promise<Target> {
  const path = resolve(given)
  const there = await stat(path).catch(() => undefined)
  const standing = (folder: string, integrity?: string): Target => ({
    folder,
    integrity,
    async [Symbol.asyncDispose]() {},
  })
  if (there?.isDirectory()) return standing(path)
  if (there?.isFile()) return await unpacked(path)
  const { plugins } = homeAt(home)
  for (const folder of [join(plugins, given), join(installation, 'plugins', given)])
    if (/^[a-z0-9-]+$/.test(given) && (await stat(folder).catch(() => undefined))?.isDirectory())
      return standing(folder, (await readInstalled(plugins)).get(given)?.integrity)
  throw fail('FSIGK_PLUGIN_SOURCE', [given, 'there is no such folder, file or plugin'])
}

async function unpacked(path: string): Promise<Target> {
  const files = await packageFiles({ is: 'tarball', path })
  const parent = await mkdtemp(join(tmpdir(), 'fsigk-verify-'))
  const { folder } = await stagePackage(parent, files)
  return { folder, integrity: undefined, [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }) }
}

/** What the host says of it before it loads any code; undefined when it would be left out. */
async function readAsTheHostDoes(
  folder: string,
  note: (result: CheckResult) => void,
): Promise<FoundPlugin | undefined> {
  const title = 'manifest, contract, schema and entry are in order'
  const began = performance.now()
  const ms = () => Math.round(performance.now() - began)
  try {
    const found = await readPluginFolder(folder, [])
    note({ title, ok: true, ms: ms(), problem: null })
    return found
  } catch (error) {
    if (!isFsigk(error)) throw error
    note({ title, ok: false, ms: ms(), problem: error.message })
    return undefined
  }
}

async function integrityCheck(folder: string, pinned: string): Promise<CheckResult> {
  const problem = await integrityOf(folder).then(
    (found) => (found === pinned ? null : 'its files have changed since it was installed'),
    (error: Error) => error.message,
  )
  return { title: 'its files are those that were installed', ok: problem === null, ms: 0, problem }
}

/** The module behind the package's `./conformance`, inside the package. */
async function subjectModule(folder: string): Promise<string | undefined> {
  const named = (await readPackageJson(folder))?.exports?.['./conformance']
  return typeof named === 'string' ? insideFolder(folder, named) : undefined
}

/** The values of its section while nobody has set any. */
function defaultsOf({ schema }: FoundPlugin): Readonly<Record<string, unknown>> {
  const properties = (schema?.properties ?? {}) as Readonly<Record<string, { readonly default?: unknown }>>
  return Object.fromEntries(Object.entries(properties).map(([name, setting]) => [name, setting.default]))
}

function lineOf({ title, ok, ms, problem }: CheckResult): string {
  return ok ? `ok      ${title} (${ms} ms)` : `not ok  ${title}: ${problem}`
}
