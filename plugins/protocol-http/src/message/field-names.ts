/**
 * Field names, folded to lower case once and kept as objects: comparing two names is comparing two references. What
 * the gateway does with a field by its name alone is said here.
 */

/** How far a name is more than one of many. */
interface NameRole {
  /** Belongs to one connection, or tells the framing: written by us, never forwarded as it came (RFC 9110, 7.6.1). */
  readonly ours?: true
  /**
   * Says how the message is to be read, so that `Connection` must not be able to remove it: a client that reads a body
   * other than the scan did would be the result.
   */
  readonly fixed?: true
  /** Must not stand in a trailer (RFC 9110, 6.5.1). */
  readonly headOnly?: true
}

export class FieldName {
  readonly ours: boolean
  readonly fixed: boolean
  readonly headOnly: boolean

  constructor(
    /** In lower case. */
    readonly key: string,
    role: NameRole = {},
  ) {
    this.ours = role.ours === true
    this.fixed = role.fixed === true
    // Some readers merge trailers into the head, where what tells of the content would change it after the scan.
    this.headOnly = role.headOnly === true || this.ours || this.fixed || key.startsWith('content-')
  }
}

/** The names that the gateway asks for. */
export const names = {
  connection: new FieldName('connection', { ours: true }),
  proxyConnection: new FieldName('proxy-connection', { ours: true }),
  keepAlive: new FieldName('keep-alive', { ours: true }),
  te: new FieldName('te', { ours: true }),
  trailer: new FieldName('trailer', { ours: true }),
  transferEncoding: new FieldName('transfer-encoding', { ours: true }),
  upgrade: new FieldName('upgrade', { ours: true }),
  http2Settings: new FieldName('http2-settings', { ours: true }),
  contentLength: new FieldName('content-length', { ours: true }),
  host: new FieldName('host', { fixed: true }),
  contentType: new FieldName('content-type', { fixed: true }),
  contentEncoding: new FieldName('content-encoding', { fixed: true }),
  contentDisposition: new FieldName('content-disposition', { fixed: true }),
  contentRange: new FieldName('content-range', { fixed: true }),
  acceptRanges: new FieldName('accept-ranges', { headOnly: true }),
  location: new FieldName('location', { headOnly: true }),
  /** Instance manipulations (RFC 3229): differences to what the client has. */
  im: new FieldName('im', { fixed: true }),
  cacheControl: new FieldName('cache-control', { fixed: true }),
  authorization: new FieldName('authorization', { headOnly: true }),
  proxyAuthorization: new FieldName('proxy-authorization', { headOnly: true }),
  proxyAuthenticate: new FieldName('proxy-authenticate', { headOnly: true }),
  wwwAuthenticate: new FieldName('www-authenticate', { headOnly: true }),
  setCookie: new FieldName('set-cookie', { headOnly: true }),
  via: new FieldName('via', { headOnly: true }),
  xForwardedFor: new FieldName('x-forwarded-for', { headOnly: true }),
  expect: new FieldName('expect', { headOnly: true }),
  range: new FieldName('range', { headOnly: true }),
  ifRange: new FieldName('if-range', { headOnly: true }),
  acceptEncoding: new FieldName('accept-encoding', { headOnly: true }),
  /** What makes a server answer with what only the client can decode (RFC 9842, RFC 3229, SDCH). */
  availableDictionary: new FieldName('available-dictionary'),
  dictionaryId: new FieldName('dictionary-id'),
  availDictionary: new FieldName('avail-dictionary'),
  aIm: new FieldName('a-im'),
  maxForwards: new FieldName('max-forwards', { headOnly: true }),
  userAgent: new FieldName('user-agent'),
  /** By which a browser is known that a person waits at. */
  accept: new FieldName('accept'),
  acceptLanguage: new FieldName('accept-language'),
  secFetchDest: new FieldName('sec-fetch-dest'),
  secPurpose: new FieldName('sec-purpose'),
  xRequestedWith: new FieldName('x-requested-with'),
} as const

/** So many spellings are remembered, none longer than this: a stranger can fill the cache, not the memory. */
const MAX_CACHED_NAMES = 4096
const MAX_CACHED_LENGTH = 40

const cache = new Map<string, FieldName>(Object.values(names).map((name) => [name.key, name]))

/** The name in any spelling. A known name is always the same object; an unknown one may not be. */
export function fieldName(spelled: string): FieldName {
  const cached = cache.get(spelled)
  if (cached !== undefined) return cached
  const key = ownCopy(spelled.toLowerCase())
  const name = cache.get(key) ?? new FieldName(key)
  if (cache.size < MAX_CACHED_NAMES && spelled.length <= MAX_CACHED_LENGTH)
    cache.set(key, name).set(ownCopy(spelled), name)
  return name
}

/** A part of a string keeps the whole alive: the cache must own its keys, or it would keep every head they came in. */
function ownCopy(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}
