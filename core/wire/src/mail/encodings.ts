/** Content-Transfer-Encoding (RFC 2045, 6), and those from before it. */
import { transferDecoder } from '../transfer-encodings.js'
import type { TransferDecoder } from './codecs/decoder.js'
import { formsOfValue, withoutComments } from './fields.js'

export type Encoding = 'identity' | 'base64' | 'quoted-printable'

const exact: ReadonlyMap<string, Encoding> = new Map([
  ['', 'identity'],
  ['7bit', 'identity'],
  ['8bit', 'identity'],
  ['binary', 'identity'],
  ['base64', 'base64'],
  ['quoted-printable', 'quoted-printable'],
])

const similar: readonly (readonly [RegExp, Encoding])[] = [
  [/base[^a-z0-9]*64|b64/, 'base64'],
  [/quoted[^a-z]*printable|^qp$/, 'quoted-printable'],
]

/** Each of which some reader takes off: of every field, and where a value is no word of the table, also none. */
export function encodingsOf(values: readonly string[]): readonly Encoding[] {
  const encodings = new Set<Encoding>()
  for (const value of values) {
    for (const form of formsOfValue(value)) {
      const word = withoutComments(form).trim().toLowerCase()
      const known = exact.get(word)
      if (known !== undefined) encodings.add(known)
      else {
        encodings.add('identity')
        for (const [pattern, encoding] of similar) if (pattern.test(word)) encodings.add(encoding)
      }
    }
  }
  return encodings.size === 0 ? ['identity'] : [...encodings]
}

/** Takes an encoding off what comes in chunks. */
export async function* decoded(chunks: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<Buffer> {
  const decoder: TransferDecoder | undefined = encoding === 'identity' ? undefined : transferDecoder(encoding)
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
}
