/**
 * One line of a signature file → what it says. Pure; the format is described in the package's README. Reading files,
 * and what to do about lines that break a rule, are in read.ts.
 */
import { singlePair } from '../matching/single-pair.js'
import type { Anchor, Signature } from './signature.js'

/** What a line says, or the rule that it breaks. */
export type Line =
  | { readonly is: 'empty' }
  | { readonly is: 'version'; readonly version: string }
  | { readonly is: 'signature'; readonly signature: Signature }
  | { readonly is: 'broken'; readonly rule: string }

export const MAX_LINE_CHARACTERS = 4096
export const MIN_LITERAL_BYTES = 4
/** Bounds what a scan carries from one block to the next, and the time that one false start of a pattern can cost. */
export const MAX_LITERAL_BYTES = 256

const VERSION = /^@version ([A-Za-z0-9][A-Za-z0-9._-]{0,63})$/
// Names reach log lines, reply lines and notices: nothing that any of them would have to escape.
const THREAT = /^[A-Za-z0-9][A-Za-z0-9._/@!+-]{0,63}$/
const DIGEST = /^[0-9a-f]{64}$/i
const DIGITS = /^\d{1,16}$/

/** @param text one line without its line end, at most 4,096 characters */
export function parseLine(text: string): Line {
  if (text.length > MAX_LINE_CHARACTERS) return broken(`a line has at most ${MAX_LINE_CHARACTERS} characters`)
  const line = text.trim()
  if (line === '' || line.startsWith('#')) return { is: 'empty' }
  if (line.startsWith('@')) {
    const version = VERSION.exec(line)?.[1]
    return version === undefined
      ? broken('the only directive is "@version" and one word of letters, digits, ".", "_" and "-"')
      : { is: 'version', version }
  }
  return parseSignature(line)
}

function parseSignature(line: string): Line {
  const [threat = '', kind, ...others] = line.split(':')
  if (!THREAT.test(threat))
    return broken('a name has 1 to 64 letters, digits or "._/@!+-" and begins with one of the first two')
  if (threat.startsWith('FSIGK/')) return broken('names that begin with "FSIGK/" belong to the gateway\'s own policies')
  const rest = others.join(':')
  if (kind === 'sha256') return parseHash(threat, rest)
  if (kind === 'literal') return parseLiteral(threat, rest)
  return broken('the second field is "sha256" or "literal"')
}

function parseHash(threat: string, rest: string): Line {
  const [digest = '', length, ...more] = rest.split(':')
  if (!DIGEST.test(digest)) return broken('a SHA-256 is 64 hex digits')
  if (more.length > 0) return broken('nothing follows the length')
  const bytes = length === undefined ? undefined : parseCount(length)
  if (length !== undefined && bytes === undefined) return broken('a length is a whole number of bytes')
  return signature({ kind: 'sha256', threat, digest: digest.toLowerCase(), bytes })
}

function parseLiteral(threat: string, rest: string): Line {
  const quoted = rest.startsWith('"')
  const parsed = quoted ? unquote(rest) : unhex(rest)
  if ('rule' in parsed) return broken(parsed.rule)
  const { pattern, after } = parsed
  if (pattern.length < MIN_LITERAL_BYTES || pattern.length > MAX_LITERAL_BYTES) {
    return broken(`a literal has ${MIN_LITERAL_BYTES} to ${MAX_LITERAL_BYTES} bytes, not ${pattern.length}`)
  }
  const anchor = parseAnchor(after)
  if (anchor === undefined) return broken('an anchor is "anywhere", "start", "end", "part" or an offset in bytes')
  // A pattern that only repeats itself begins anew all along a text of the same: its cost is bounded no longer.
  if ((anchor.at === 'anywhere' || anchor.at === 'part') && singlePair(pattern) === undefined) {
    return broken('a literal that is searched for holds a pair of neighbouring bytes that does not come again in it')
  }
  return signature({ kind: 'literal', threat, pattern, anchor })
}

type ParsedPattern = { readonly pattern: Buffer; readonly after: string | undefined } | { readonly rule: string }

function unhex(rest: string): ParsedPattern {
  const colon = rest.indexOf(':')
  const digits = colon === -1 ? rest : rest.slice(0, colon)
  if (!/^(?:[0-9a-f]{2})+$/i.test(digits))
    return { rule: 'a literal is pairs of hex digits, or a text in double quotes' }
  return { pattern: Buffer.from(digits, 'hex'), after: colon === -1 ? undefined : rest.slice(colon + 1) }
}

const QUOTED = /^"((?:[^"\\]|\\["\\nrt]|\\x[0-9A-Fa-f]{2})*)"(?::(.*))?$/
const ESCAPE = /\\(?:(["\\nrt])|x([0-9A-Fa-f]{2}))/g
const ESCAPED: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', n: '\n', r: '\r', t: '\t' }

function unquote(rest: string): ParsedPattern {
  const match = QUOTED.exec(rest)
  if (match === null)
    return { rule: 'a quoted literal ends in a quote; its escapes are \\" \\\\ \\n \\r \\t and \\xHH' }
  const text = match[1] ?? ''
  if (text.includes('\ufffd')) return { rule: 'the file is not valid UTF-8 here: write these bytes as \\xHH' }
  const pieces: Buffer[] = []
  let from = 0
  for (const escaped of text.matchAll(ESCAPE)) {
    pieces.push(Buffer.from(text.slice(from, escaped.index)))
    const [whole, letter, hex = ''] = escaped
    pieces.push(letter === undefined ? Buffer.from(hex, 'hex') : Buffer.from(ESCAPED[letter] ?? letter))
    from = escaped.index + whole.length
  }
  pieces.push(Buffer.from(text.slice(from)))
  return { pattern: Buffer.concat(pieces), after: match[2] }
}

function parseAnchor(text: string | undefined): Anchor | undefined {
  if (text === undefined || text === 'anywhere') return { at: 'anywhere' }
  if (text === 'start') return { at: 'offset', offset: 0 }
  if (text === 'end' || text === 'part') return { at: text }
  const offset = parseCount(text)
  return offset === undefined ? undefined : { at: 'offset', offset }
}

function parseCount(text: string): number | undefined {
  const count = Number(text)
  return DIGITS.test(text) && Number.isSafeInteger(count) ? count : undefined
}

function signature(parsed: Signature): Line {
  return { is: 'signature', signature: parsed }
}

function broken(rule: string): Line {
  return { is: 'broken', rule }
}
