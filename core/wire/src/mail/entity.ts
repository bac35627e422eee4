/** What a header says of the body behind it (RFC 2045), in every way in which readers may understand it. */
import { WireFault } from '../wire-fault.js'
import { type Encoding, encodingsOf } from './encodings.js'
import { type Fields, formsOfValue, valuesOf, withoutComments } from './fields.js'
import { parameterForms } from './parameters.js'
import { namesOfFile, partNames } from './part-names.js'
import { decodedWords } from './words.js'

/** RFC 2046 allows 70 bytes. */
const MAX_BOUNDARY_BYTES = 256

/** More ways to read the boundary than any sender causes by accident. */
const MAX_BOUNDARIES = 32

/** More fields that say one thing than any sender writes. */
const MAX_VALUES = 32

const ENCODING = 'content-transfer-encoding'

export interface Entity {
  /** All that are claimed, lower case, without comments and parameters; none when the header names none. */
  readonly types: readonly string[]
  readonly encodings: readonly Encoding[]
  /** All that the boundary of a multipart may be, latin1. */
  readonly boundaries: readonly string[]
  /** Decoded, without folders; the likeliest first. */
  readonly names: readonly string[]
  /** As they stand: for what is refused because of them. */
  readonly rawNames: readonly string[]
  readonly isAttachment: boolean
  /** The values of Content-Type as they stand. */
  readonly contentTypes: readonly string[]
}

/** @param defaultType of a part that says none */
export function readEntity(fields: Fields, defaultType = ''): Entity {
  const contentTypes = valuesOf(fields, 'content-type').flatMap(withDecoded)
  const dispositions = valuesOf(fields, 'content-disposition')
  if (contentTypes.length + dispositions.length > MAX_VALUES)
    throw new WireFault('more types of a part than can be meant')
  const types = new Set(contentTypes.flatMap(typesOf))
  if (types.size === 0 && defaultType !== '') types.add(defaultType)
  const { names, rawNames } = partNames(contentTypes, dispositions)
  return {
    types: [...types],
    encodings: encodingsOf(valuesOf(fields, ENCODING), fields.odd.has(ENCODING)),
    boundaries: boundariesOf(contentTypes),
    names,
    rawNames,
    isAttachment: dispositions.some((value) => !/^inline\b/i.test(value)),
    contentTypes,
  }
}

/** Some decode a field before they read it. */
function withDecoded(value: string): readonly string[] {
  return value.startsWith('=?') ? [value, decodedWords(value)] : [value]
}

/** What no type can be read from is text for some (RFC 2045, 5.2) and a file for others: `''`. */
function typesOf(value: string): readonly string[] {
  const types = formsOfValue(value)
    .map((form) => withoutSpaceAroundSlash(withoutComments(form).trim()))
    .map((form) => (form.split(/[;,\s]/, 1)[0] ?? '').replace(/["\0]/g, '').toLowerCase())
    .filter((type) => type !== '' && (type.includes('/') || !type.includes('=')))
  return types.length === 0 ? [''] : types
}

/** Found by its slash: what looks for white space first takes a time that grows with its square. */
function withoutSpaceAroundSlash(type: string): string {
  const slash = type.indexOf('/')
  return slash === -1 ? type : `${type.slice(0, slash).trimEnd()}/${type.slice(slash + 1).trimStart()}`
}

function boundariesOf(contentTypes: readonly string[]): readonly string[] {
  const boundaries = new Set<string>()
  for (const value of contentTypes) {
    for (const form of parameterForms(value, 'boundary')) {
      // Those beyond latin1 have been decoded, and are no bytes of a line.
      const bytes = /[^\x00-\xff]/.test(form) ? Buffer.from(form).toString('latin1') : form
      boundaries.add(bytes)
      boundaries.add(bytes.trimEnd())
    }
  }
  if (boundaries.size > MAX_BOUNDARIES) throw new WireFault('more boundaries than can be meant')
  for (const boundary of boundaries)
    if (boundary.length > MAX_BOUNDARY_BYTES) throw new WireFault(`a boundary of ${boundary.length} bytes`)
  return [...boundaries]
}

/** Of what has no header: text before, between and behind parts. */
export const plainText: Entity = {
  types: [],
  encodings: ['identity'],
  boundaries: [],
  names: [],
  rawNames: [],
  isAttachment: false,
  contentTypes: [],
}

/** Of a file that stands in a text or in TNEF. */
export function fileEntity(fileNames: readonly string[], type: string): Entity {
  const { names, rawNames } = namesOfFile(fileNames)
  const types = type === '' ? [] : [type.toLowerCase()]
  return { ...plainText, types, names, rawNames, isAttachment: type === '' || names.length > 0 }
}
