/**
 * Text from outside as it may stand in a line of ours: printable ASCII.
 *
 * @param maxCharacters what is longer is cut
 */
export function printable(text: string, maxCharacters: number): string {
  return text.slice(0, maxCharacters).replaceAll(/[^\x20-\x7e]/g, '?')
}
