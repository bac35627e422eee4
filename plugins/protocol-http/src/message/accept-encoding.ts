/**
 * Which content codings a server may choose when its answer is going to be scanned: those of the client's that the
 * gateway can take off. Codings with dictionaries of the client (dcb, dcz, sdch) are none of them.
 */

const DECODABLE: ReadonlySet<string> = new Set(['gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'identity'])

const MAX_CACHED = 256
const MAX_CACHED_LENGTH = 100

const cache = new Map<string, string>()

/**
 * The list without what we cannot decode. `*` stays only where it forbids. A list of which nothing is left asks for
 * `identity`, since an empty one would let the server choose.
 *
 * @param value of Accept-Encoding
 */
export function decodableCodings(value: string): string {
  const known = cache.get(value)
  if (known !== undefined) return known
  const kept = value.split(',').flatMap(keep).join(', ')
  const decodable = kept === '' ? 'identity' : kept
  if (cache.size < MAX_CACHED && value.length <= MAX_CACHED_LENGTH)
    cache.set(Buffer.from(value, 'latin1').toString('latin1'), decodable)
  return decodable
}

function keep(item: string): readonly string[] {
  const text = item.trim()
  const semicolon = text.indexOf(';')
  const coding = (semicolon === -1 ? text : text.slice(0, semicolon)).trim().toLowerCase()
  if (coding === '*') return /^\*\s*;\s*q\s*=\s*0(?:\.0*)?$/i.test(text) ? [text] : []
  return DECODABLE.has(coding) ? [text] : []
}
