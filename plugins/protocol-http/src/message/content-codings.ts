/**
 * What a response says of its content codings (RFC 9110, 8.4), read as the laxest reader would and written anew, so that
 * all readers after us read the same: one field, lower case, no empty items, no parameters, no words that are no coding.
 */

/** Servers say these where they mean that nothing was done to the body; readers leave it as it is. */
const NO_CODING =
  /^(?:identity|none|null|binary|[78]bit|ascii|us-ascii|utf-?8|utf-?16|latin-?1|iso-8859-\d{1,2}|windows-125\d|shift[_-]jis|euc-jp)$/

/** So many spellings are remembered, none longer than this. */
const MAX_CACHED = 256
const MAX_CACHED_LENGTH = 40

const cache = new Map<string, readonly string[]>()
const NONE: readonly string[] = []

/**
 * @param value of Content-Encoding, several joined by commas
 * @returns the codings in the order in which they were applied
 */
export function contentCodings(value: string): readonly string[] {
  const known = cache.get(value)
  if (known !== undefined) return known
  const codings = read(value)
  if (cache.size < MAX_CACHED && value.length <= MAX_CACHED_LENGTH)
    cache.set(Buffer.from(value, 'latin1').toString('latin1'), codings)
  return codings
}

/** Some readers let spaces separate as well; quotes and parameters belong to no coding. */
function read(value: string): readonly string[] {
  const codings = value
    .toLowerCase()
    .split(',')
    .flatMap((item) => withoutParameters(item).replaceAll(/["']/g, ' ').split(/\s+/))
    .filter((coding) => coding !== '' && !NO_CODING.test(coding))
  return codings.length === 0 ? NONE : codings
}

/** What has parameters and no name is no coding that anyone knows, and not nothing either. */
function withoutParameters(item: string): string {
  const semicolon = item.indexOf(';')
  const name = semicolon === -1 ? item : item.slice(0, semicolon)
  return name.trim() === '' ? item : name
}
