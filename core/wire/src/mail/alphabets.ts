/** Alphabets of names and of text in fields, read leniently: no name gets lost. */

/** What is not valid in its charset, or of an unknown one, is read as UTF-8, else as latin1. */
export function decodedBytes(bytes: Buffer, charset: string): string {
  if (/^utf-?7$/i.test(charset)) return decodedUtf7(bytes.toString('latin1'))
  for (const label of charset === '' ? ['utf-8'] : [labelOf(charset, bytes), 'utf-8']) {
    try {
      return new TextDecoder(label, { fatal: true }).decode(bytes)
    } catch {
      // The next label, or latin1, which reads anything.
    }
  }
  return bytes.toString('latin1')
}

/** Where UTF-16 says no more, its first bytes tell the order (RFC 2781, 3.3). */
function labelOf(charset: string, bytes: Buffer): string {
  const isBigEndian = (bytes[0] === 0xfe && bytes[1] === 0xff) || bytes[0] === 0
  return isBigEndian && /^utf-?16$/i.test(charset) ? 'utf-16be' : charset
}

/** RFC 2152: between `+` and what is none of its alphabet stands UTF-16 in base64. */
function decodedUtf7(text: string): string {
  return text.replace(/\+([A-Za-z0-9+/]*)-?/g, (_, encoded: string) => {
    if (encoded === '') return '+'
    const bytes = Buffer.from(encoded, 'base64')
    return new TextDecoder('utf-16be').decode(bytes.subarray(0, bytes.length & ~1))
  })
}
