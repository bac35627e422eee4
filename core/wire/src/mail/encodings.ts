/** Content-Transfer-Encoding (RFC 2045, 6), and those from before it. */
import { transferDecoder } from '../transfer-encodings.js'
import type { TransferDecoder } from './codecs/decoder.js'
import { formsOfValue } from './fields.js'
import { decodedWords } from './words.js'

export type Encoding = 'identity' | 'base64' | 'quoted-printable' | 'uuencode'

const exact: ReadonlyMap<string, Encoding> = new Map([
  ['', 'identity'],
  ['7bit', 'identity'],
  ['8bit', 'identity'],
  ['binary', 'identity'],
  ['base64', 'base64'],
  ['quoted-printable', 'quoted-printable'],
])

/** What lenient readers take for a word of the table. Those that do not see the body as it stands. */
const similar: readonly (readonly [RegExp, Encoding])[] = [
  [/base[^a-z0-9]*64|b64/, 'base64'],
  [/quoted[^a-z]*printable|^\s*qp\b/, 'quoted-printable'],
  [/uue/, 'uuencode'],
]

/**
 * Each of which some reader takes off: of every field, and where a value is no word of the table, also none.
 *
 * @param isOdd some readers do not know the field for what it is
 */
export function encodingsOf(values: readonly string[], isOdd: boolean): readonly Encoding[] {
  const encodings = new Set<Encoding>(isOdd ? ['identity'] : [])
  for (const value of values) {
    const known = exact.get(value.toLowerCase())
    if (known !== undefined) {
      encodings.add(known)
      continue
    }
    encodings.add('identity')
    // Some decode a field before they read it, and some take a comment for a word.
    for (const form of new Set([value, decodedWords(value)].flatMap(formsOfValue))) {
      const word = form.toLowerCase()
      for (const [pattern, encoding] of similar) if (pattern.test(word)) encodings.add(encoding)
    }
  }
  return encodings.size === 0 ? ['identity'] : [...encodings]
}

/** Makes what takes an encoding off; undefined where there is nothing to take off. */
export type MakeDecoder = (() => TransferDecoder | undefined) | undefined

export function decoderOf(encoding: Encoding): MakeDecoder {
  return encoding === 'identity' ? undefined : () => transferDecoder(encoding)
}

/**
 * Takes an encoding off what comes in chunks.
 *
 * @param onOthers called at the end with the decoders of readers that decode the same otherwise, when there are such
 */
export async function* decoded(
  chunks: AsyncIterable<Buffer>,
  make: MakeDecoder,
  onOthers: (others: readonly MakeDecoder[]) => void = () => {},
): AsyncGenerator<Buffer> {
  const decoder = make?.()
  if (decoder === undefined) {
    yield* chunks
    return
  }
  for await (const chunk of chunks) {
    const bytes = decoder.push(chunk)
    if (bytes.length > 0) yield bytes
  }
  const rest = decoder.end()
  if (rest.length > 0) yield rest
  const others = decoder.others()
  if (others.length > 0) onOthers(others)
}
