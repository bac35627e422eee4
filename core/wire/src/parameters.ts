/**
 * Field values of the form `value; name=value; name="quoted"` (RFC 9110, 5.6.6; RFC 2045, 5.1), and the two ways in
 * which a parameter carries other alphabets: `name*=charset'language'percent-encoded` (RFC 5987, 8187) and pieces
 * `name*0*=…; name*1=…` (RFC 2231). Values are latin1 strings, one character a byte of the wire.
 */

/** A value with its parameters. Names are lower case; of a name that occurs twice the first stands. */
export interface Parameterised {
  readonly value: string
  readonly parameters: ReadonlyMap<string, string>
}

/** So many parameters are read; further ones are ignored. */
const MAX_PARAMETERS = 200

/** So many pieces of one parameter are joined (RFC 2231). */
const MAX_PIECES = 100

/** Reads leniently, as mail and web clients do: what it cannot read is skipped, never an error. */
export function parseParameterised(text: string): Parameterised {
  const parameters = new Map<string, string>()
  let at = text.indexOf(';')
  const value = (at === -1 ? text : text.slice(0, at)).trim().toLowerCase()
  let equals = -1
  while (at !== -1 && at < text.length && parameters.size < MAX_PARAMETERS) {
    const start = at + 1
    // Looked for again only when passed, so that a row of semicolons costs no more than its length.
    if (equals < start) equals = text.indexOf('=', start)
    const semicolon = text.indexOf(';', start)
    if (equals === -1) break
    if (semicolon !== -1 && semicolon < equals) {
      at = semicolon
      continue
    }
    const name = text.slice(start, equals).trim().toLowerCase()
    const read = readValue(text, equals + 1)
    if (name !== '' && !parameters.has(name)) parameters.set(name, read.value)
    at = read.end
  }
  return { value, parameters }
}

/** A token or quoted string from `start`, and where the next `;` stands (-1: none). */
function readValue(text: string, start: number): { value: string; end: number } {
  let at = start
  while (text[at] === ' ' || text[at] === '\t' || text[at] === '\r' || text[at] === '\n') at++
  if (text[at] !== '"') {
    const end = text.indexOf(';', at)
    return { value: (end === -1 ? text.slice(at) : text.slice(at, end)).trim(), end }
  }
  const pieces: string[] = []
  let from = at + 1
  for (at = from; at < text.length && text[at] !== '"'; at++) {
    if (text[at] !== '\\') continue
    pieces.push(text.slice(from, at))
    from = at + 1
    at++
  }
  pieces.push(text.slice(from, at))
  return { value: pieces.join(''), end: text.indexOf(';', at) }
}

/**
 * One parameter, decoded: `name*` first, then the pieces `name*0`, `name*1`, …, then `name` itself.
 *
 * @returns undefined when it is not there in any of the three ways
 */
export function decodedParameter({ parameters }: Parameterised, name: string): string | undefined {
  const extended = parameters.get(`${name}*`)
  if (extended !== undefined) return decodeExtended(extended)
  return joinPieces(parameters, name) ?? plain(parameters.get(name))
}

function joinPieces(parameters: ReadonlyMap<string, string>, name: string): string | undefined {
  const bytes: Buffer[] = []
  let charset = ''
  for (let piece = 0; piece < MAX_PIECES; piece++) {
    const encoded = parameters.get(`${name}*${piece}*`)
    const literal = parameters.get(`${name}*${piece}`)
    if (encoded === undefined && literal === undefined) break
    if (encoded === undefined) {
      bytes.push(Buffer.from(literal ?? '', 'latin1'))
      continue
    }
    const { charset: named, rest } = piece === 0 ? splitCharset(encoded) : { charset, rest: encoded }
    charset = named
    bytes.push(percentDecoded(rest))
  }
  return bytes.length === 0 ? undefined : decodeBytes(Buffer.concat(bytes), charset)
}

function decodeExtended(value: string): string {
  const { charset, rest } = splitCharset(value)
  return decodeBytes(percentDecoded(rest), charset)
}

/** `UTF-8'en'name` → the charset and what follows the language; a value without both quotes is all name. */
function splitCharset(value: string): { charset: string; rest: string } {
  const first = value.indexOf("'")
  const second = first === -1 ? -1 : value.indexOf("'", first + 1)
  if (second === -1) return { charset: '', rest: value }
  return { charset: value.slice(0, first), rest: value.slice(second + 1) }
}

/** Senders put UTF-8 into plain parameters, though only ASCII is allowed there. */
function plain(value: string | undefined): string | undefined {
  return value === undefined ? undefined : decodeBytes(Buffer.from(value, 'latin1'), '')
}

/** An escape that is not one stays as it is. */
function percentDecoded(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1')
  let length = 0
  for (let at = 0; at < bytes.length; at++) {
    const digits = bytes[at] === 0x25 ? value.slice(at + 1, at + 3) : ''
    if (/^[0-9a-f]{2}$/i.test(digits)) {
      bytes[length++] = Number.parseInt(digits, 16)
      at += 2
    } else {
      bytes[length++] = bytes[at] ?? 0
    }
  }
  return bytes.subarray(0, length)
}

/** An unknown charset is tried as UTF-8; what is not valid in its charset is read as latin1, so that no name gets lost. */
function decodeBytes(bytes: Buffer, charset: string): string {
  for (const label of charset === '' ? ['utf-8'] : [charset, 'utf-8']) {
    try {
      return new TextDecoder(label, { fatal: true }).decode(bytes)
    } catch {
      // The next label, or latin1, which reads anything.
    }
  }
  return bytes.toString('latin1')
}
