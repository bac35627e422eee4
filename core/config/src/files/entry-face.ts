/** Files of entries, a line a setting: read into values and layout, and printed. What differs between them is a `Notation`. */
import type { Catalogue } from '../domain/catalogue.js'
import { isBroken, type SettingDefinition, type SettingValue } from '../domain/definition.js'
import { SECRET_SHOWN } from '../domain/sealed.js'
import { cut, printable } from '../domain/shown.js'
import { type ByteText, decodedText, utf8ByteText } from './bytes.js'
import { byteOrderMark, type Entry, type Token } from './entries.js'
import { type FaceReading, type FileFault, faulty, type UnknownLine, wholeFileFault } from './face.js'
import type { Layout, LayoutPart } from './layout.js'

/** How a file of entries writes settings down. */
export interface Notation {
  readonly tokens: (file: ByteText) => Iterable<Token>
  readonly definitions: (catalogue: Catalogue) => readonly SettingDefinition[]
  /** `nameBefore` stands on the entry before it in the same group. */
  readonly find: (
    catalogue: Catalogue,
    group: string,
    name: string,
    nameBefore: string | undefined,
  ) => SettingDefinition | undefined
  /** The rule that a name breaks, whether it is known or not. */
  readonly nameFault?: (catalogue: Catalogue, name: string) => string | undefined
  readonly groupOf: (definition: SettingDefinition) => string
  /** Whether lines of one name are lines of one value. Else the last one counts. */
  readonly joinsLines: boolean
  /** What a setting is whose line is missing. */
  readonly absent: (definition: SettingDefinition) => SettingValue
  /** The lines of a value, as they stand behind its name. */
  readonly linesOf: (definition: SettingDefinition, value: SettingValue) => readonly string[]
  /** What is given to the catalogue to be read as a value. */
  readonly textOf: (definition: SettingDefinition, lines: readonly string[]) => string
  /** What a line says as it was written: without continuation and blanks. */
  readonly said: (raw: ByteText) => ByteText
  readonly newLine: (definition: SettingDefinition, line: string) => string
  /** The heading of a group that a file does not have yet; undefined for files without groups. */
  readonly heading: (group: string) => string | undefined
}

export function readEntries(file: ByteText, notation: Notation, catalogue: Catalogue): FaceReading {
  const whole = wholeFileFault(file)
  if (whole !== undefined) return faulty([whole])
  const tokens = [...notation.tokens(file)]
  const faults = tokens.flatMap((token) => faultOf(token, notation, catalogue))
  const found = entriesByKey(tokens, notation, catalogue)
  const values = new Map<string, SettingValue>()
  for (const definition of notation.definitions(catalogue)) {
    const value = readValue(definition, found.entries.get(definition.key) ?? [], notation, catalogue)
    if (Array.isArray(value)) faults.push(...value)
    else values.set(definition.key, value as SettingValue)
  }
  if (faults.length > 0) return faulty(faults)
  const lines = new Map(
    [...found.entries].flatMap(([key, entries]) => valueLines(key, entries, values, notation, catalogue)),
  )
  return { values, layout: layoutOf(file, tokens, lines), unknown: found.unknown }
}

function faultOf(token: Token, notation: Notation, catalogue: Catalogue): readonly FileFault[] {
  if (token.kind === 'fault') return [{ line: token.line, rule: token.rule }]
  const rule = token.kind === 'entry' ? notation.nameFault?.(catalogue, token.name) : undefined
  return rule === undefined ? [] : [{ line: token.line, rule }]
}

/** The entries of each setting that count, and names that are none of ours. */
function entriesByKey(tokens: readonly Token[], notation: Notation, catalogue: Catalogue) {
  const entries = new Map<string, readonly Entry[]>()
  const unknown: UnknownLine[] = []
  let before: Entry | undefined
  for (const token of tokens) {
    if (token.kind !== 'entry') continue
    const nameBefore = before?.group === token.group ? before.name : undefined
    const definition = notation.find(catalogue, token.group, token.name, nameBefore)
    before = token
    if (definition === undefined) unknown.push({ line: token.line, name: shownName(token) })
    else entries.set(definition.key, [...(entries.get(definition.key) ?? []), token])
  }
  for (const [key, all] of entries)
    entries.set(key, notation.joinsLines ? sayingSomething(all, notation) : all.slice(-1))
  return { entries, unknown }
}

function shownName({ group, name }: Entry): string {
  return printable(cut(decodedText(group === '' ? name : `${group}.${name}`) ?? name))
}

/** Empty lines of a list that has others stay as they are. */
function sayingSomething(entries: readonly Entry[], { said }: Notation): readonly Entry[] {
  const some = entries.filter(({ raw }) => said(raw) !== '')
  return some.length > 0 ? some : entries.slice(0, 1)
}

function readValue(
  definition: SettingDefinition,
  entries: readonly Entry[],
  notation: Notation,
  catalogue: Catalogue,
): SettingValue | readonly FileFault[] {
  if (entries.length === 0) return notation.absent(definition)
  const faults: FileFault[] = []
  const texts: string[] = []
  for (const { line, raw, name } of entries) {
    const text = decodedText(notation.said(raw))
    if (text === undefined) {
      faults.push({ line, rule: `${printable(name)} is not valid UTF-8; convert the line first` })
      continue
    }
    texts.push(text)
    // Alone, so that the fault is told with its own line.
    const alone = catalogue.parse(definition.key, notation.textOf(definition, [text]))
    if (isBroken(alone))
      faults.push({
        line,
        rule: `${definition.key}=${definition.secret ? SECRET_SHOWN : printable(cut(text))}: ${alone.rule}`,
      })
  }
  if (faults.length > 0) return faults
  const result = catalogue.parse(definition.key, notation.textOf(definition, texts))
  return isBroken(result) ? [{ line: entries[0]?.line ?? 1, rule: `${definition.key}: ${result.rule}` }] : result.value
}

/** Each entry of a setting as a line of the layout; raw where it is not written as it would be printed. */
function valueLines(
  key: string,
  entries: readonly Entry[],
  values: ReadonlyMap<string, SettingValue>,
  notation: Notation,
  catalogue: Catalogue,
): readonly (readonly [Entry, LayoutPart])[] {
  const definition = catalogue.find(key)
  const value = values.get(key)
  if (definition === undefined || value === undefined) return []
  const [only] = notation.linesOf(definition, value)
  const printed = utf8ByteText(only ?? '')
  return entries.map((entry) => {
    // A secret is never kept as it was written.
    const plain =
      definition.secret || (entries.length === 1 && entry.raw === printed && (printed !== '' || !notation.joinsLines))
    const { before, after, raw } = entry
    return [entry, { kind: 'value', key, before, raw: plain ? undefined : raw, after }] as const
  })
}

function layoutOf(file: ByteText, tokens: readonly Token[], lines: ReadonlyMap<Token, LayoutPart>): Layout {
  const ends = new Map<string, Token | undefined>()
  for (const token of tokens) if (token.kind === 'entry' || token.kind === 'heading') ends.set(token.group, token)
  const parts: LayoutPart[] = []
  const text = (bytes: ByteText) => {
    const last = parts.at(-1)
    if (bytes === '') return
    if (last?.kind === 'text') parts[parts.length - 1] = { kind: 'text', text: last.text + bytes }
    else parts.push({ kind: 'text', text: bytes })
  }
  text(byteOrderMark(file))
  for (const token of tokens) {
    const line = lines.get(token)
    if (line !== undefined) parts.push(line)
    else if (token.kind === 'entry') text(token.before + token.raw + token.after)
    else if (token.kind !== 'fault') text(token.text)
    if (token.kind !== 'text' && token.kind !== 'fault' && ends.get(token.group) === token)
      parts.push({ kind: 'end', group: token.group })
  }
  return parts
}
