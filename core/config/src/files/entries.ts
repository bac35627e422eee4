/** Cuts the line-by-line files of conf/ into entries and all the rest, byte for byte. Pure; knows no setting. */
import { type ByteText, lineEndOf, linesWithEnds } from './bytes.js'

/** A line, or several joined by continuation, with the number of its first one. */
export type Token =
  | { readonly kind: 'text'; readonly text: ByteText; readonly line: number }
  | { readonly kind: 'heading'; readonly text: ByteText; readonly line: number; readonly group: string }
  | Entry
  | { readonly kind: 'fault'; readonly line: number; readonly rule: string }

/** `before + raw + after` are the bytes of the line. */
export interface Entry {
  readonly kind: 'entry'
  readonly line: number
  readonly group: string
  readonly name: string
  readonly before: ByteText
  readonly raw: ByteText
  readonly after: ByteText
}

const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf'

/** `fsigk.ini`: `[section]`, `name=value`, comments behind `#` or `;` at the beginning of a line. */
export function* iniTokens(file: ByteText): Generator<Token> {
  let group: string | undefined
  for (const { text, line } of numberedLines(file)) {
    const [, heading] = /^[ \t]*\[([^\]]*)\][ \t]*([#;].*)?\r?\n?$/s.exec(text) ?? []
    if (heading !== undefined) {
      group = heading.trim()
      yield { kind: 'heading', text, line, group }
    } else if (isBlankOrComment(text, '#;')) yield { kind: 'text', text, line }
    else if (/^[ \t]*\[/.test(text)) yield { kind: 'fault', line, rule: "a heading is '[section]' and nothing else" }
    else if (group === undefined && text.includes('='))
      yield { kind: 'fault', line, rule: 'a setting stands below a [section], and there is none above it' }
    else yield assignment(text, line, group ?? '')
  }
}

/** `dbupdate.conf`: `name=value`, comments behind `#`. */
export function* assignmentTokens(file: ByteText): Generator<Token> {
  for (const { text, line } of numberedLines(file))
    yield isBlankOrComment(text, '#;') ? { kind: 'text', text, line } : assignment(text, line, '')
}

function assignment(text: ByteText, line: number, group: string): Token {
  const [, before, name = '', raw = '', after = ''] =
    /^([ \t]*([^= \t][^=]*?)[ \t]*=[ \t]*)(.*?)([ \t]*\r?\n?)$/s.exec(text) ?? []
  if (before === undefined) return { kind: 'fault', line, rule: "must be 'name=value', a heading or a comment" }
  return { kind: 'entry', line, group, name, before, raw, after }
}

/**
 * `hosts.allow`: `service: hosts`. As tcp_wrappers reads it: lines that end in a backslash go on in the next one, and only
 * then is looked whether the whole begins with `#`.
 */
export function* hostsAllowTokens(file: ByteText): Generator<Token> {
  for (const { text, line } of continuedLines(file)) {
    const [, before, name = '', raw = '', after = ''] =
      /^([ \t]*([^:]*?)(?:[ \t]|\\\r?\n)*:(?:[ \t]|\\\r?\n)*)(.*?)([ \t]*\r?\n?)$/s.exec(text) ?? []
    if (isBlankOrComment(text, '#')) yield { kind: 'text', text, line }
    else if (before === undefined || name === '')
      yield { kind: 'fault', line, rule: "must be 'service: hosts' or a comment" }
    else yield { kind: 'entry', line, group: '', name, before, raw, after }
  }
}

/** What a continued value says: its lines without the backslashes and line ends between them. */
export function continued(raw: ByteText): ByteText {
  return raw.replace(/\\\r?\n/g, '')
}

function isBlankOrComment(text: ByteText, marks: string): boolean {
  const [, first = ''] = /^[ \t\r\n]*([^ \t\r\n]?)/.exec(text) ?? []
  return marks.includes(first)
}

function* numberedLines(file: ByteText): Generator<{ readonly text: ByteText; readonly line: number }> {
  for (const [index, text] of linesWithEnds(withoutMark(file)).entries()) yield { text, line: index + 1 }
}

function* continuedLines(file: ByteText): Generator<{ readonly text: ByteText; readonly line: number }> {
  let begun: { readonly text: ByteText; readonly line: number } | undefined
  for (const { text, line } of numberedLines(file)) {
    const whole: { readonly text: ByteText; readonly line: number } =
      begun === undefined ? { text, line } : { text: begun.text + text, line: begun.line }
    const end = lineEndOf(text)
    if (end !== '' && text.slice(0, -end.length).endsWith('\\')) begun = whole
    else {
      begun = undefined
      yield whole
    }
  }
  if (begun !== undefined) yield begun
}

/** Editors of other systems put a mark before the first line. */
export function byteOrderMark(file: ByteText): ByteText {
  return file.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : ''
}

function withoutMark(file: ByteText): ByteText {
  return file.slice(byteOrderMark(file).length)
}
