/** Files are handled as texts in which each character is a byte (latin1), so that what is not UTF-8 goes through whole. */

/** A file as a text of bytes. */
export type ByteText = string

export function byteText(file: Uint8Array): ByteText {
  return Buffer.from(file.buffer, file.byteOffset, file.byteLength).toString('latin1')
}

export function fileBytes(text: ByteText): Buffer {
  return Buffer.from(text, 'latin1')
}

/** A text in UTF-8. */
export function utf8ByteText(text: string): ByteText {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** @returns undefined when the bytes are no UTF-8 */
export function decodedText(text: ByteText): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(fileBytes(text))
  } catch {
    return undefined
  }
}

/** Cuts a text into lines, each with its line end (LF or CRLF; the last may have none). */
export function linesWithEnds(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

/** LF, CRLF or nothing. */
export function lineEndOf(line: string): string {
  return /\r?\n$/.exec(line)?.[0] ?? ''
}

/** The line end that most lines have; LF when none has one. */
export function usualLineEnd(text: string): string {
  const all = text.split('\n').length - 1
  const carriage = text.split('\r\n').length - 1
  return carriage * 2 > all ? '\r\n' : '\n'
}
