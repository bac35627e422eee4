/** Parameters as any reader of mail may understand them: quoted or not, continued, extended, with encoded words in them. */

import { WireFault } from '../wire-fault.js'
import { decodedBytes } from './alphabets.js'
import { formsOfValue } from './fields.js'
import { decodedWords, percentDecoded } from './words.js'

/** More of one name than any sender writes. */
const MAX_OCCURRENCES = 1000

/** No value is longer. */
const MAX_VALUE_CHARACTERS = 4096

interface Occurrence {
  /** Behind an asterisk (RFC 2231); undefined when there is none. */
  readonly piece: number | undefined
  readonly isExtended: boolean
  readonly values: readonly string[]
}

/**
 * All that a parameter may be for a reader, as bytes (latin1), without decoding: what continued pieces make together, and
 * what percent signs and encoded words stand for, come behind what stands there.
 *
 * @param name lower case
 */
export function parameterForms(value: string, name: string): readonly string[] {
  const forms = new Set<string>()
  for (const form of formsOfValue(value)) {
    const occurrences = occurrencesOf(form, name)
    for (const { values, isExtended } of occurrences)
      for (const each of values) {
        forms.add(each)
        if (isExtended) for (const decoded of extendedForms(each)) forms.add(decoded)
      }
    for (const joined of joinedForms(occurrences)) forms.add(joined)
  }
  for (const form of [...forms]) if (form.includes('=?')) forms.add(decodedWords(form))
  return [...forms]
}

function occurrencesOf(value: string, name: string): readonly Occurrence[] {
  const found: Occurrence[] = []
  const pattern = new RegExp(`(?<![\\w.-])${name}[ \\t]*(?:\\*[ \\t]*(\\d{0,6})[ \\t]*(\\*?))?[ \\t]*=`, 'gi')
  for (const match of value.matchAll(pattern)) {
    if (found.length === MAX_OCCURRENCES) throw new WireFault(`${name} more often than can be meant`)
    const [whole, piece, star] = match
    const start = match.index + whole.length
    found.push({
      piece: piece === undefined || piece === '' ? undefined : Number(piece),
      isExtended: star === '*' || piece === '',
      values: valueForms(beginningOf(value.slice(start).trimStart(), name)),
    })
  }
  return found
}

/** As much of a text as its value may have. @throws WireFault when it may go on behind that */
function beginningOf(text: string, name: string): string {
  const beginning = text.slice(0, MAX_VALUE_CHARACTERS)
  if (beginning.length === text.length) return beginning
  const hasEnd = beginning.startsWith('"') ? /^"(?:[^"\\]|\\.)*"/s.test(beginning) : beginning.includes(';')
  if (!hasEnd) throw new WireFault(`${name} longer than can be meant`)
  return beginning
}

/** What may be the value at the beginning of this text. */
function valueForms(value: string): readonly string[] {
  const forms: string[] = []
  if (value.startsWith('"')) {
    const quoted = /^"((?:[^"\\]|\\.)*)/s.exec(value)?.[1] ?? ''
    forms.push(quoted.replace(/\\(.)/gs, '$1'))
    // Readers that know no escapes end at the first quote, and Windows' paths are full of backslashes.
    const end = value.indexOf('"', 1)
    forms.push(end === -1 ? value.slice(1) : value.slice(1, end))
    // Some find the end by the semicolon.
    const upToSemicolon = (value.split(';', 1)[0] ?? '').trim().replace(/^"|"$/g, '')
    if (!forms.includes(upToSemicolon) && !quoted.includes(';')) forms.push(upToSemicolon)
    return forms
  }
  const token = value.split(';', 1)[0] ?? ''
  forms.push(token.trimEnd())
  const narrow = token.split(/[\s,]/, 1)[0] ?? ''
  if (narrow !== forms[0]) forms.push(narrow)
  // A token ends at what none may hold (RFC 2045, 5.1); `=` stands unquoted in many that are meant whole.
  const strict = narrow.split(/[/:?@<>[\]\\]/, 1)[0] ?? ''
  if (strict !== '' && strict !== narrow) forms.push(strict)
  if (/^'.*'$/.test(token.trim())) forms.push(token.trim().slice(1, -1))
  if (token.includes('"')) forms.push(token.replaceAll('"', '').trim(), token.split('"', 1)[0] ?? '')
  return forms
}

/** Pieces in the order of their numbers, where one number comes twice by its first and by its last; and as they stand. */
function joinedForms(occurrences: readonly Occurrence[]): readonly string[] {
  const pieces = occurrences.filter(({ piece }) => piece !== undefined)
  if (pieces.length === 0) return []
  const forms: string[] = []
  for (const order of [pieces, [...pieces].reverse()]) {
    const byNumber = new Map<number, Occurrence>()
    for (const piece of order) if (!byNumber.has(piece.piece ?? 0)) byNumber.set(piece.piece ?? 0, piece)
    const sorted = [...byNumber].sort(([one], [other]) => one - other).map(([, piece]) => piece)
    forms.push(...joined(sorted))
  }
  forms.push(...joined(pieces))
  return forms
}

function joined(pieces: readonly Occurrence[]): readonly string[] {
  const plain = pieces.map(({ values }) => values[0] ?? '').join('')
  const charset = /^([^']*)'[^']*'/.exec(pieces[0]?.values[0] ?? '')?.[1] ?? ''
  const decoded = pieces.map(({ values, isExtended }, index) => {
    const value = values[0] ?? ''
    const text = index === 0 ? value.replace(/^[^']*'[^']*'/, '') : value
    return isExtended ? percentDecoded(text) : text
  })
  const bytes = decoded.join('')
  return [plain, bytes, percentDecoded(plain), decodedBytes(Buffer.from(bytes, 'latin1'), charset)]
}

/** `charset'language'percent-encoded`, and without the first two. */
function extendedForms(value: string): readonly string[] {
  const charset = /^([^']*)'[^']*'/.exec(value)?.[1] ?? ''
  const bytes = percentDecoded(value.replace(/^[^']*'[^']*'/, ''))
  return [percentDecoded(value), bytes, decodedBytes(Buffer.from(bytes, 'latin1'), charset)]
}
