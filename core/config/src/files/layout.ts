/**
 * The layout of a file: everything in it but the values. Its skeleton, which is stored, is the file with a marked place
 * where each value stood. NUL marks a place, since no file that is read may hold one.
 */
import { type ByteText, byteText, fileBytes } from './bytes.js'

/** Lines that are kept as they are: comments, blank ones, unknown keys, headings. */
export interface KeptText {
  readonly kind: 'text'
  readonly text: ByteText
}

/** A line that shows a setting. */
export interface ValueLine {
  readonly kind: 'value'
  readonly key: string
  /** What stands before the value: indent, name, separator. */
  readonly before: ByteText
  /** The value as it was written, where that is not how it would be printed (spacing, continued lines, one of several). */
  readonly raw: ByteText | undefined
  /** What stands behind the value, the line end included. */
  readonly after: ByteText
}

/** Where a new setting of a group goes. */
export interface GroupEnd {
  readonly kind: 'end'
  readonly group: string
}

export type LayoutPart = KeptText | ValueLine | GroupEnd
export type Layout = readonly LayoutPart[]

/** The skeleton as it is stored. */
export function encodeLayout(layout: Layout): string {
  return fileBytes(layout.map(skeletonOf).join('')).toString('base64')
}

function skeletonOf(part: LayoutPart): ByteText {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'value':
      return `\0[${part.before}\0${part.key}\0${part.raw === undefined ? '=' : `:${part.raw}`}\0${part.after}\0]`
    case 'end':
      return `\0>${part.group}\0]`
  }
}

/** @returns undefined for what `encodeLayout` did not make */
export function decodeLayout(stored: string): Layout | undefined {
  if (stored === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(stored)) return undefined
  const [first = '', ...tokens] = byteText(Buffer.from(stored, 'base64')).split('\0')
  const parts: LayoutPart[] = first === '' ? [] : [{ kind: 'text', text: first }]
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at] ?? ''
    let closing: string | undefined
    if (token.startsWith('[')) {
      const [key, value, after] = tokens.slice(at + 1, at + 4)
      closing = tokens[at + 4]
      at += 5
      if (key === undefined || after === undefined || !/^[=:]/.test(value ?? '')) return undefined
      const raw = value?.startsWith(':') ? value.slice(1) : undefined
      parts.push({ kind: 'value', key, before: token.slice(1), raw, after })
    } else if (token.startsWith('>')) {
      closing = tokens[at + 1]
      at += 2
      parts.push({ kind: 'end', group: token.slice(1) })
    }
    if (!closing?.startsWith(']')) return undefined
    if (closing.length > 1) parts.push({ kind: 'text', text: closing.slice(1) })
  }
  return parts
}

/** Whether two layouts print every set of values to the same bytes. */
export function sameLayout(one: Layout, other: Layout): boolean {
  return encodeLayout(one) === encodeLayout(other)
}
