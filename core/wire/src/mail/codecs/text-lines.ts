/**
 * A text with LF alone at the ends of its lines, latin1, in pieces that end anywhere.
 *
 * @param isUnfolded a line that begins with a space or a tab goes on the one before (RFC 5545, 3.1; RFC 6350, 3.2)
 */
export async function* textLines(bytes: AsyncIterable<Buffer>, isUnfolded: boolean): AsyncGenerator<string> {
  let held = ''
  for await (const chunk of bytes) {
    const text = held + chunk.toString('latin1')
    // What comes next tells what a line end at the end of this is.
    const end = text.endsWith('\r\n') ? -2 : /[\r\n]$/.test(text) ? -1 : text.length
    held = end < 0 ? text.slice(end) : ''
    yield joined(text.slice(0, end), isUnfolded)
  }
  yield joined(held, isUnfolded)
}

/** A text in UTF-16 as one in ASCII, as far as it is one; zero bytes in the midst of others are skipped by some. */
export async function* withoutZeros(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) yield chunk.includes(0) ? Buffer.from(chunk.filter((byte) => byte !== 0)) : chunk
}

function joined(text: string, isUnfolded: boolean): string {
  const lines = text.replace(/\r\n?/g, '\n')
  return isUnfolded ? lines.replace(/\n[ \t]/g, '') : lines
}
