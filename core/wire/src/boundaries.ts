import { WireFault } from './wire-fault.js'

/** More ways to read one field than any sender causes by accident. */
const MAX_BOUNDARIES = 8

const MAX_TYPE_BYTES = 2048

/**
 * The boundary of a multipart Content-Type, in every way in which a reader may understand the field: by the first
 * `boundary` or a later one, quoted or not, up to a semicolon, a comma or a space, and as the extended form
 * `boundary*=charset'language'percent-encoded` (RFC 2231), which several frameworks of servers know.
 *
 * @param type the field's value, or several joined by commas; latin1
 * @throws WireFault when there is none, or more than anyone means
 */
export function boundariesOf(type: string): readonly string[] {
  if (type.length > MAX_TYPE_BYTES) throw new WireFault(`a Content-Type of ${type.length} bytes`)
  const boundaries = new Set<string>()
  for (const { index } of type.matchAll(/boundary/gi)) {
    const equals = type.indexOf('=', index)
    if (equals === -1) continue
    const isExtended = type.slice(index, equals).includes('*')
    for (const boundary of readings(type.slice(equals + 1))) {
      for (const form of isExtended ? [boundary, ...decoded(boundary)] : [boundary])
        if (form !== '') boundaries.add(form)
    }
    if (boundaries.size > MAX_BOUNDARIES) throw new WireFault('more boundaries than can be meant')
  }
  if (boundaries.size === 0) throw new WireFault('multipart without a boundary')
  return [...boundaries]
}

function* readings(text: string): Generator<string> {
  const value = text.trimStart()
  const quoted = /^"((?:[^"\\]|\\.)*)"?/.exec(value)?.[1]
  if (quoted !== undefined) {
    yield quoted.replace(/\\(.)/g, '$1')
    // Browsers' own boundaries have no backslash; readers that do not know escapes end at the first quote.
    yield value.slice(1).split('"', 1)[0] ?? ''
    return
  }
  yield (value.split(';', 1)[0] ?? '').trimEnd()
  yield (value.split(/[;,]/, 1)[0] ?? '').trimEnd()
  yield value.split(/[;,\s]/, 1)[0] ?? ''
}

/** The value of an extended parameter: behind charset and language, or without them, as a further piece of one has it. */
function* decoded(value: string): Generator<string> {
  for (const text of [value, value.replace(/^[^']*'[^']*'/, '')])
    yield text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
