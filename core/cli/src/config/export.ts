import { open } from 'node:fs/promises'
import { replaceFile } from '@fsigk/config'
import { messageOf, type Place } from '@fsigk/host'
import type { Command } from 'commander'
import { type CommonOptions, command, does } from '../command.js'
import { fail } from '../errors.js'
import type { ExitCode } from '../exit-code.js'
import { printJson, printLine } from '../print.js'
import { administer } from './administer.js'

const MAX_PASSPHRASE_BYTES = 1024

interface ExportOptions extends CommonOptions {
  readonly file?: string
  readonly passphraseFile?: string
  /** Commander's word for `--without-secrets`. */
  readonly withoutSecrets?: boolean
}

/** `fsigk config export`: the whole configuration as one file, which `fsigk config import` takes in elsewhere (guide 4.6). */
export function exportCommand(): Command {
  const verb = command('export', 'write the whole configuration as one file, for a backup or another installation')
    .option('--file <file>', 'write it there, readable by you alone; else it is printed')
    .option('--passphrase-file <file>', 'seal the secrets by the first line of this file')
    .option('--without-secrets', 'leave the secrets out')
  return does(verb, exportAll)
}

async function exportAll(place: Place, options: ExportOptions): Promise<ExitCode> {
  const { file, withoutSecrets, json } = options
  if (withoutSecrets === true && options.passphraseFile !== undefined)
    throw fail('FSIGK_USAGE', ['--passphrase-file and --without-secrets cannot both be meant.'])
  const passphrase = options.passphraseFile && (await passphraseIn(options.passphraseFile))
  await using administration = await administer(place)
  const { revision, settings, text } = await administration.exportAll({ passphrase, withoutSecrets })
  if (file === undefined) {
    process.stdout.write(text)
    return 0
  }
  await replaceFile(file, text, 0o600).catch((cause: unknown) => {
    throw fail('FSIGK_FILE_NOT_WRITTEN', [file, messageOf(cause)], { cause })
  })
  if (json) printJson({ file, revision, settings })
  else printLine(`${file}: r${revision}, ${settings} settings`)
  return 0
}

/** @throws FSIGK_FILE_NOT_READ, FSIGK_USAGE when its first line is empty */
export async function passphraseIn(path: string): Promise<string> {
  const bytes = Buffer.alloc(MAX_PASSPHRASE_BYTES + 1)
  const text = await begin(path, bytes)
  const [line = ''] = text.split(/\r?\n/)
  if (line === '') throw fail('FSIGK_USAGE', [`'${path}' holds no passphrase: its first line is empty.`])
  if (Buffer.byteLength(line) > MAX_PASSPHRASE_BYTES)
    throw fail('FSIGK_USAGE', [`The passphrase in '${path}' has more than ${MAX_PASSPHRASE_BYTES} bytes.`])
  return line
}

async function begin(path: string, into: Buffer): Promise<string> {
  try {
    await using file = await open(path, 'r')
    const { bytesRead } = await file.read(into)
    return into.toString('utf8', 0, bytesRead)
  } catch (cause) {
    throw fail('FSIGK_FILE_NOT_READ', [path, messageOf(cause)], { cause })
  }
}
