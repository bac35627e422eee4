/**
 * Files that are one setting as a whole: templates, and the custom spam rules. Their layout is the mark at the beginning
 * and the line ends; a file with neither mark nor CRLF needs none.
 */
import type { Catalogue } from '../domain/catalogue.js'
import { isBroken } from '../domain/definition.js'
import { diffLines } from '../domain/line-diff.js'
import { renderValue } from '../domain/values.js'
import { type ByteText, decodedText, lineEndOf, linesWithEnds, usualLineEnd, utf8ByteText } from './bytes.js'
import { byteOrderMark } from './entries.js'
import {
  type Face,
  type FaceReading,
  type FileFault,
  faulty,
  type PrintContext,
  valueIn,
  wholeFileFault,
} from './face.js'
import type { Layout } from './layout.js'

/** @param check finds what a text breaks line by line, before the setting's own rules are asked */
export function textFace(file: string, key: string, check: (text: string) => readonly FileFault[] = () => []): Face {
  return {
    file,
    isShown: (catalogue) => catalogue.find(key) !== undefined,
    read: (bytes, catalogue) => read(bytes, key, catalogue, check),
    generate: (context) => utf8ByteText(textOf(key, context)),
    print: (layout, context) => print(layout, key, context),
  }
}

function read(
  bytes: ByteText,
  key: string,
  catalogue: Catalogue,
  check: (text: string) => readonly FileFault[],
): FaceReading {
  const whole = wholeFileFault(bytes)
  if (whole !== undefined) return faulty([whole])
  const mark = byteOrderMark(bytes)
  const body = bytes.slice(mark.length)
  const text = decodedText(body)
  if (text === undefined)
    return faulty([{ line: firstBadLine(body), rule: 'is not valid UTF-8; convert the file first' }])
  const faults = check(text)
  if (faults.length > 0) return faulty(faults)
  const result = catalogue.parse(key, text)
  if (isBroken(result)) return faulty([{ line: 1, rule: `${key} ${result.rule}` }])
  const plain = mark === '' && utf8ByteText(renderValue(result.value)) === body
  return {
    values: new Map([[key, result.value]]),
    layout: [{ kind: 'value', key, before: mark, raw: plain ? undefined : body, after: '' }],
    unknown: [],
  }
}

function firstBadLine(body: ByteText): number {
  return linesWithEnds(body).findIndex((line) => decodedText(line) === undefined) + 1
}

function textOf(key: string, { catalogue, values }: PrintContext): string {
  const definition = catalogue.find(key)
  return definition === undefined ? '' : renderValue(valueIn(values, definition))
}

function print(layout: Layout, key: string, context: PrintContext): ByteText {
  const wanted = textOf(key, context)
  return layout
    .map((part) => {
      if (part.kind === 'end') return ''
      if (part.kind === 'text') return part.text
      return part.before + (part.raw === undefined ? utf8ByteText(wanted) : relined(part.raw, wanted)) + part.after
    })
    .join('')
}

/** A text whose lines end as the same lines did in the file, and new ones as most lines there do. */
function relined(raw: ByteText, wanted: string): ByteText {
  const usual = usualLineEnd(raw)
  const old = linesWithEnds(raw)
  const bare = (lines: readonly string[]) =>
    lines.map((line) => `${line.slice(0, line.length - lineEndOf(line).length)}${lineEndOf(line) && '\n'}`)
  let at = 0
  return diffLines(bare(old), linesWithEnds(utf8ByteText(wanted)))
    .map(({ kind, line }) => {
      const before = kind === '+' ? undefined : old[at++]
      if (kind === '-') return ''
      return kind === ' ' ? (before ?? line) : line.replace(/\n$/, usual)
    })
    .join('')
}
