/** Prints a file of entries from its layout and the values of today: only lines whose value is another one differ. */
import { isBroken, type SettingDefinition } from '../domain/definition.js'
import { diffLines } from '../domain/line-diff.js'
import { type ByteText, decodedText, lineEndOf, usualLineEnd, utf8ByteText } from './bytes.js'
import type { Notation } from './entry-face.js'
import { type PrintContext, valueIn } from './face.js'
import type { Layout, ValueLine } from './layout.js'

export function printEntries(layout: Layout, notation: Notation, context: PrintContext): ByteText {
  const page = new Page(usualLineEnd(layout.map((part) => (part.kind === 'end' ? '' : partText(part))).join('')))
  const definitions = notation.definitions(context.catalogue)
  const planned = plan(layout, definitions, notation, context)
  const missing = new Set(
    definitions.filter(
      (definition) =>
        !layout.some((part) => part.kind === 'value' && part.key === definition.key) &&
        valueIn(context.values, definition) !== notation.absent(definition),
    ),
  )
  const addMissing = (group: string) => {
    for (const definition of missing) {
      if (notation.groupOf(definition) !== group) continue
      missing.delete(definition)
      for (const line of notation.linesOf(definition, valueIn(context.values, definition)))
        page.addLine(notation.newLine(definition, line))
    }
  }
  for (const part of layout) {
    if (part.kind === 'text') page.add(part.text)
    else if (part.kind === 'end') addMissing(part.group)
    else page.addAll(planned.get(part) ?? [])
  }
  for (const group of new Set([...missing].map(notation.groupOf))) {
    const heading = notation.heading(group)
    if (heading !== undefined) {
      if (!page.isEmpty) page.addLine('')
      page.addLine(heading)
    }
    addMissing(group)
  }
  return page.text
}

function partText(part: Exclude<Layout[number], { readonly kind: 'end' }>): ByteText {
  return part.kind === 'text' ? part.text : part.before + (part.raw ?? '') + part.after
}

/** What becomes of a line of the layout: pieces that stand as they are, and lines that are new. */
type Planned = { readonly bytes: ByteText } | { readonly line: string }

class Page {
  text: ByteText = ''

  constructor(private readonly lineEnd: string) {}

  get isEmpty(): boolean {
    return this.text === ''
  }

  add(bytes: ByteText): void {
    this.text += bytes
  }

  /** A line of its own, whether the one before has its end or not. */
  addLine(line: string): void {
    if (this.text !== '' && lineEndOf(this.text.slice(-2)) === '') this.text += this.lineEnd
    this.text += utf8ByteText(line) + this.lineEnd
  }

  addAll(planned: readonly Planned[]): void {
    for (const each of planned) {
      if ('line' in each) this.addLine(each.line)
      else this.add(each.bytes)
    }
  }
}

/** Lines of settings that no plugin declares now are left out: what they say is not in force. */
function plan(
  layout: Layout,
  definitions: readonly SettingDefinition[],
  notation: Notation,
  context: PrintContext,
): ReadonlyMap<ValueLine, readonly Planned[]> {
  const byKey = new Map<string, ValueLine[]>()
  for (const part of layout) if (part.kind === 'value') byKey.set(part.key, [...(byKey.get(part.key) ?? []), part])
  return new Map(
    definitions.flatMap((definition) => {
      const slots = byKey.get(definition.key)
      if (slots === undefined) return []
      return notation.joinsLines
        ? planLines(slots, definition, notation, context)
        : slots.map((slot) => [slot, [{ bytes: printOne(slot, definition, notation, context) }]] as const)
    }),
  )
}

/** A value on one line: as it was written when it still says the same. */
function printOne(slot: ValueLine, definition: SettingDefinition, notation: Notation, context: PrintContext): ByteText {
  const value = valueIn(context.values, definition)
  const written = slot.raw === undefined ? undefined : decodedText(notation.said(slot.raw))
  if (slot.raw !== undefined && written !== undefined) {
    const read = context.catalogue.parse(definition.key, notation.textOf(definition, [written]))
    if (!isBroken(read) && read.value === value) return slot.before + slot.raw + slot.after
  }
  const [line = ''] = notation.linesOf(definition, value)
  return slot.before + utf8ByteText(line) + slot.after
}

/** A value of several lines: lines that stay keep their place, changed ones take it, the others go or come. */
function planLines(
  slots: readonly ValueLine[],
  definition: SettingDefinition,
  notation: Notation,
  context: PrintContext,
): readonly (readonly [ValueLine, readonly Planned[]])[] {
  const lines = notation.linesOf(definition, valueIn(context.values, definition))
  const [first] = slots
  // The one line of a list that had one: it is that line, whatever it says now.
  const before = slots.map(({ raw }) => (raw === undefined ? utf8ByteText(lines[0] ?? '') : notation.said(raw)))
  const printed = new Map<ValueLine, Planned[]>(slots.map((slot) => [slot, []]))
  const lead: Planned[] = []
  let at = 0
  let last: Planned[] = lead
  let going: ValueLine[] = []
  for (const { kind, line } of ordered(diffLines(before, lines.map(utf8ByteText)))) {
    const slot = slots[at]
    if (kind === '+') {
      const place = going.shift()
      if (place === undefined) last.push({ line: notation.newLine(definition, decodedText(line) ?? line) })
      else {
        last = printed.get(place) ?? lead
        last.push({ bytes: spaced(place, line) + line + place.after })
      }
    } else if (slot !== undefined) {
      at++
      if (kind === '-') going.push(slot)
      else {
        going = []
        last = printed.get(slot) ?? lead
        last.push({ bytes: slot.before + (slot.raw ?? line) + slot.after })
      }
    }
  }
  if (first !== undefined) printed.get(first)?.unshift(...lead)
  return [...printed]
}

/** `name:` that had no hosts behind it gets a blank before its first. */
function spaced({ before, raw }: ValueLine, line: string): ByteText {
  return raw === '' && line !== '' && before.endsWith(':') ? `${before} ` : before
}

/** Between lines that stay, those that go before those that come, so that what comes can take their places. */
function ordered<E extends { readonly kind: ' ' | '-' | '+' }>(edits: readonly E[]): readonly E[] {
  const all: E[] = []
  const come: E[] = []
  for (const edit of edits) {
    if (edit.kind === '+') come.push(edit)
    else {
      if (edit.kind === ' ') all.push(...come.splice(0))
      all.push(edit)
    }
  }
  return [...all, ...come.splice(0)]
}
