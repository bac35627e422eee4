const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** So many bytes a character has at most, beside its first. */
const MAX_CUT_BYTES = 3

/**
 * What is not UTF-8 is read as latin1.
 *
 * @param isCut the last character may not be whole, and is left out then
 */
export function textOf(bytes: Buffer, isCut = false): string {
  const whole = isCut ? bytes.length - MAX_CUT_BYTES : bytes.length
  for (let length = bytes.length; length >= whole; length--) {
    try {
      return utf8.decode(bytes.subarray(0, length))
    } catch {
      // It may be a whole character less.
    }
  }
  return bytes.toString('latin1')
}
