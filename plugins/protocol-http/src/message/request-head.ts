/**
 * Request lines and what may be wrong with a request, in the guide's cases (11.6). Pure: text in, a request head or the
 * name of a fault out.
 */
import { runEnd, tokenBytes, urlBytes } from './characters.js'
import { names } from './field-names.js'
import { Fields, parseFields } from './fields.js'
import { type Framing, NO_BODY, statedFraming, type Version } from './framing.js'

export interface RequestHead {
  readonly method: string
  /** The request target as it came. */
  readonly url: string
  readonly version: Version
  readonly fields: Fields
  readonly framing: Framing
}

/** Why a request cannot be served as it came; the words for each are in `replies.ts`. */
export type RequestFault =
  | 'methodTooLong'
  | 'methodCharacter'
  | 'urlTooLong'
  | 'urlCharacter'
  | 'urlFormat'
  | 'versionTooLong'
  | 'version'
  | 'lineEnd'
  | 'fieldSyntax'
  | 'fieldsTooLong'
  | 'hostTwice'
  | 'framing'

/** A request that is refused, with what was read of it, for the log. */
export interface RefusedRequest {
  readonly fault: RequestFault
  readonly method: string
  readonly url: string
}

/** Guide 11.6. */
const MAX_METHOD_BYTES = 98
const MAX_VERSION_BYTES = 98

/** Of the header fields of a request, with their line ends. */
export const MAX_FIELDS_BYTES = 64 * 1024

const SPACE = 0x20
const versions = new Map<string, Version>([
  ['HTTP/1.1', '1.1'],
  ['HTTP/1.0', '1.0'],
  ['HTTP/0.9', '0.9'],
])

interface RequestLine {
  readonly method: string
  readonly url: string
  readonly version: Version
  /** HTTP/0.9's own form, which has no version and no fields: the line is the whole request. */
  readonly simple: boolean
}

/**
 * Reads a request line, or as much of it as there is.
 *
 * @param line without its CR LF when `whole`
 * @param whole false when more of the line may come: then only what is already wrong is told
 * @param maxUrlBytes `max_urllen`
 * @returns undefined when nothing is wrong with the beginning of a line
 */
export function readRequestLine(
  line: string,
  whole: boolean,
  maxUrlBytes: number,
): RequestLine | RefusedRequest | undefined {
  const methodEnd = runEnd(line, 0, tokenBytes)
  if (methodEnd > MAX_METHOD_BYTES) return refused('methodTooLong')
  const method = line.slice(0, methodEnd)
  if (methodEnd === line.length) return whole ? refused('urlFormat', method) : undefined
  if (methodEnd === 0 || line.charCodeAt(methodEnd) !== SPACE) return refused('methodCharacter')

  const urlStart = methodEnd + 1
  const urlEnd = runEnd(line, urlStart, urlBytes)
  if (urlEnd - urlStart > maxUrlBytes) return refused('urlTooLong', method)
  const url = line.slice(urlStart, urlEnd)
  if (urlEnd === line.length) {
    if (!whole) return undefined
    if (url === '') return refused('urlFormat', method)
    return method === 'GET' ? { method, url, version: '0.9', simple: true } : refused('version', method, url)
  }
  if (line.charCodeAt(urlEnd) !== SPACE) return refused('urlCharacter', method)
  if (url === '') return refused('urlFormat', method)

  if (line.length - urlEnd - 1 > MAX_VERSION_BYTES) return refused('versionTooLong', method, url)
  const written = line.slice(urlEnd + 1)
  if (!whole) return written.includes('\n') ? refused('lineEnd', method, url) : undefined
  const version = versions.get(written)
  return version === undefined ? refused('version', method, url) : { method, url, version, simple: false }
}

/** Reads the fields after a request line, and what they say of the body. */
export function readRequestFields(line: RequestLine, text: string, from: number): RequestHead | RefusedRequest {
  const { method, url, version } = line
  if (text.length - from > MAX_FIELDS_BYTES) return refused('fieldsTooLong', method, url)
  const fields = parseFields(text, from, text.length)
  if (fields === undefined) return refused('fieldSyntax', method, url)
  if (fields.repeats(names.host)) return refused('hostTwice', method, url)
  const framing = statedFraming(fields, version)
  if (framing === undefined || (version === '0.9' && framing !== NO_BODY)) return refused('framing', method, url)
  return { method, url, version, fields, framing }
}

/** The head of an HTTP/0.9 request, which is its first line. */
export function simpleRequest({ method, url, version }: RequestLine): RequestHead {
  return { method, url, version, fields: new Fields(), framing: NO_BODY }
}

/** Whether an Expect field is the one that RFC 9110 knows (10.1.1). */
export function isContinue(expectation: string | undefined): boolean {
  return expectation !== undefined && expectation.toLowerCase() === '100-continue'
}

export function refused(fault: RequestFault, method = '', url = ''): RefusedRequest {
  return { fault, method, url }
}
