/** `spam/files.txt` (guide 7.1.1.5): the line `CUSTOM<tab>custom.txt` stands in it while custom rules are on. */
import { type ByteText, lineEndOf, linesWithEnds, usualLineEnd } from './bytes.js'
import { byteOrderMark } from './entries.js'
import { type Face, faulty, type PrintContext, valueIn, wholeFileFault } from './face.js'
import type { Layout, LayoutPart } from './layout.js'

const KEY = 'spam.spam_custom'
const LINE = 'CUSTOM\tcustom.txt'

export const spamFilesFace: Face = {
  file: 'spam/files.txt',
  isShown: (catalogue) => catalogue.find(KEY) !== undefined,
  read: (file) => {
    const whole = wholeFileFault(file)
    if (whole !== undefined) return faulty([whole])
    const layout = layoutOf(file)
    const on = layout.some(({ kind }) => kind === 'value')
    return { values: new Map([[KEY, on]]), layout, unknown: [] }
  },
  generate: (context) => (isOn(context) ? `${LINE}\n` : ''),
  print: (layout, context) => {
    const on = isOn(context)
    const printed = layout.map((part) => textOf(part, on)).join('')
    if (!on || layout.some(({ kind }) => kind === 'value')) return printed
    const end = usualLineEnd(printed)
    return `${printed}${printed === '' || lineEndOf(printed.slice(-2)) !== '' ? '' : end}${LINE}${end}`
  },
}

function isOn({ catalogue, values }: PrintContext): boolean {
  const definition = catalogue.find(KEY)
  return definition !== undefined && valueIn(values, definition) === true
}

function layoutOf(file: ByteText): Layout {
  const mark = byteOrderMark(file)
  const lines = linesWithEnds(file.slice(mark.length)).map((line): LayoutPart => {
    const text = line.slice(0, line.length - lineEndOf(line).length)
    return /^CUSTOM[ \t]+custom\.txt[ \t]*$/.test(text)
      ? { kind: 'value', key: KEY, before: '', raw: text, after: lineEndOf(line) }
      : { kind: 'text', text: line }
  })
  return mark === '' ? lines : [{ kind: 'text', text: mark }, ...lines]
}

function textOf(part: LayoutPart, on: boolean): ByteText {
  if (part.kind === 'text') return part.text
  return part.kind === 'value' && on ? part.before + (part.raw ?? LINE) + part.after : ''
}
