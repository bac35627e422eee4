/** Every name under which a reader may store a file, where readers differ. */
import { fileNameOf } from './file-name.js'
import { decodedParameter, parseParameterised } from './parameters.js'

/** More names in one field than any sender gives. */
const MAX_NAMES = 32

const written = {
  filename: /\bfilename(?:\*\d*\*?)?\s*=\s*(?:"([^"]*)"?|([^;]*))/gi,
  name: /\bname(?:\*\d*\*?)?\s*=\s*(?:"([^"]*)"?|([^;]*))/gi,
} as const

/**
 * The file names of a field: by its parameter and by the extended form of that, the first and a later one, and what
 * readers make of percent signs and encoded words in them.
 *
 * @param value of Content-Disposition (`filename`) or Content-Type (`name`), latin1
 */
export function fileNamesOf(value: string, parameter: 'filename' | 'name'): readonly string[] {
  const read = parseParameterised(value)
  const found = new Set<string>()
  for (const name of [decodedParameter(read, parameter), read.parameters.get(parameter)])
    if (name !== undefined) for (const form of formsOf(name)) found.add(form)
  for (const [, quoted, plain] of value.matchAll(written[parameter])) {
    if (found.size >= MAX_NAMES) break
    for (const form of formsOf(quoted ?? plain ?? '')) found.add(form)
  }
  found.delete('')
  return [...found]
}

/** A name as it stands, up to a zero byte, with percent signs decoded, and with encoded words (RFC 2047) decoded. */
function formsOf(name: string): readonly string[] {
  const text = decodedWords(name)
  const forms = [name, name.split('\0', 1)[0] ?? '', text, percentDecoded(text)]
  return forms.map((form) => fileNameOf(form.trim()))
}

function percentDecoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString())
}

function decodedWords(text: string): string {
  return text.replace(/=\?[^?]*\?([bq])\?([^?]*)\?=\s*/gi, (_, kind: string, encoded: string) => {
    if (kind.toLowerCase() === 'b') return Buffer.from(encoded, 'base64').toString()
    const bytes = encoded
      .replaceAll('_', ' ')
      .replace(/=([0-9a-f]{2})/gi, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    return Buffer.from(bytes, 'latin1').toString()
  })
}
