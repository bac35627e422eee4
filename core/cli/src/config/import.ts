/** `fsigk config import`: edited files of conf/, or a file from elsewhere, become settings. */
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { faceOf, MAX_FACE_BYTES } from '@fsigk/config'
import { type ImportReport, MAX_BUNDLE_BYTES, messageOf, type Place } from '@fsigk/host'
import type { Command } from 'commander'
import { command, does } from '../command.js'
import { fail } from '../errors.js'
import type { ExitCode } from '../exit-code.js'
import { printJson, printLine, printProblem } from '../print.js'
import { administer } from './administer.js'
import { passphraseIn } from './export.js'
import { type SaveOptions, saveRequest, tellSaved, withSaveOptions } from './save.js'

interface ImportOptions extends SaveOptions {
  readonly as?: string
  readonly dangerous?: boolean
  readonly force?: boolean
  readonly passphraseFile?: string
}

export function importCommand(): Command {
  const verb = command(
    'import',
    'take edited files of conf/ into the settings, a file from elsewhere, or an exported configuration',
  )
    .argument('[file]', "a file of conf/, or one by 'fsigk config export'; without it, those of conf/ that were edited")
    .option('--as <name>', 'which file of conf/ it is: fsigk.ini, hosts.allow, …; else its own name says so')
    .option('--dangerous', 'also settings that can run a program or open the gateway')
    .option('--force', 'also where somebody else changed the same setting since the file was written')
    .option('--passphrase-file <file>', 'what the secrets of an exported configuration were sealed by')
  return does(withSaveOptions(verb), importFiles)
}

async function importFiles(place: Place, options: ImportOptions, path?: string): Promise<ExitCode> {
  const { dangerous, force } = options
  const content = path === undefined ? undefined : await bytesOf(path)
  if (content !== undefined && options.as === undefined && isBundle(content))
    return await importAll(place, options, content)
  if (content !== undefined && content.length > MAX_FACE_BYTES)
    throw fail('FSIGK_FILE_NOT_READ', [
      path ?? '',
      `it has ${content.length} bytes; at most ${MAX_FACE_BYTES} are taken in`,
    ])
  const given = path === undefined || content === undefined ? undefined : givenFile(path, content, options.as)
  await using administration = await administer(place)
  return told(await administration.importFiles({ ...saveRequest(options), dangerous, force, given }), options)
}

/** A file that was not taken in is an error, whatever became of others. */
function told(report: ImportReport, options: ImportOptions): ExitCode {
  const refused = report.files.filter(({ because }) => because !== null)
  const code = report.changes.length === 0 && refused.length > 0 ? 2 : tellImported(report, options)
  if (options.json === true && code === 2 && report.changes.length === 0) printJson(report)
  for (const { file, because } of refused) printProblem(`${file} was not taken in: ${because}`)
  if (options.json !== true)
    for (const { file, unknown } of report.files)
      for (const { line, name } of unknown)
        printLine(`${file}, line ${line}: ${name} is no setting; it stays and has no effect`)
  return refused.length > 0 ? 2 : code
}

function tellImported(report: ImportReport, options: ImportOptions): ExitCode {
  if (report.files.length > 0 || options.json === true) return tellSaved(report, options)
  printLine(`Nothing to import: no file of conf/ differs from the settings of r${report.revision}.`)
  return 1
}

/** A file of conf/ never begins so. */
function isBundle(content: Buffer): boolean {
  return /^\s*\{\s*"format"/.test(content.toString('latin1', 0, 200))
}

async function importAll(place: Place, options: ImportOptions, content: Buffer): Promise<ExitCode> {
  const passphrase = options.passphraseFile && (await passphraseIn(options.passphraseFile))
  await using administration = await administer(place)
  const text = content.toString('utf8')
  return tellSaved(await administration.importAll({ ...saveRequest(options), text, passphrase }), options)
}

function givenFile(path: string, content: Buffer, as: string | undefined) {
  const name = as ?? nameOf(path)
  if (name === undefined)
    throw fail('FSIGK_USAGE', [`'${path}' may be any file of conf/: say which one by --as, like --as fsigk.ini.`])
  return { as: name, base64: content.toString('base64') }
}

/** `…/hosts.allow`, `…/spam/custom.txt` */
function nameOf(path: string): string | undefined {
  return [basename(path), path.split('/').slice(-2).join('/')].find((name) => faceOf(name) !== undefined)
}

/** @throws FSIGK_FILE_NOT_READ */
export async function bytesOf(path: string): Promise<Buffer> {
  try {
    await using file = await open(path, 'r')
    const { size } = await file.stat()
    if (size > MAX_BUNDLE_BYTES) throw new Error(`it has ${size} bytes, which is far too long`)
    return await file.readFile()
  } catch (cause) {
    throw fail('FSIGK_FILE_NOT_READ', [path, messageOf(cause)], { cause })
  }
}
