import { decodedParameter, parseParameterised } from './parameters.js'

/** Longer names are cut at the front, since their end is what tells the type. */
const MAX_NAME_CHARACTERS = 1024

/**
 * The file name of a Content-Disposition value (RFC 6266, RFC 2183), decoded (RFC 5987, RFC 2231), as {@link fileNameOf}
 * leaves it.
 *
 * @param value the field's value, a latin1 string
 * @returns `''` when it names no file
 */
export function dispositionFileName(value: string): string {
  return fileNameOf(decodedParameter(parseParameterised(value), 'filename') ?? '')
}

/**
 * A name without folders (`/` and `\`) and without control characters. Only data, for logs and for matching: never the
 * path of a file of ours. At most 1,024 characters.
 */
export function fileNameOf(name: string): string {
  const folder = Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\'))
  return name
    .slice(folder + 1)
    .replace(/[\x00-\x1f\x7f]/g, '')
    .slice(-MAX_NAME_CHARACTERS)
}
