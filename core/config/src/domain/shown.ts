/** What somebody gave us, as a sentence about it can hold it: not longer than it helps, and drawing nothing. */
const MAX_SHOWN_CHARACTERS = 200

/** The beginning of a long text. */
export function cut(text: string): string {
  return text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text
}

/** Line feeds and escapes must not draw on the reader's terminal. */
export function printable(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, (character) => {
    return character === '\n' ? '\\n' : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}
