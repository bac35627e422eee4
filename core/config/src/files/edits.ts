/** What an edited file wants of the settings: compared with what stood in it when it was written, and with today's. */
import type { Catalogue } from '../domain/catalogue.js'
import type { WantedChange } from '../domain/commands.js'
import type { SettingDefinition, SettingValue } from '../domain/definition.js'
import type { SettingChange } from '../domain/events.js'
import { layoutKey, MAX_LAYOUT_BYTES } from '../domain/faces.js'
import { SECRET_SHOWN } from '../domain/sealed.js'
import type { SettingsSnapshot } from '../domain/snapshot.js'
import { type Language, type ShippedTemplates, shippedTemplate } from '../domain/templates.js'
import { byteText } from './bytes.js'
import { type Face, type FileFault, type PrintContext, type UnknownLine, type Values, valueIn } from './face.js'
import { encodeLayout, type Layout, sameLayout } from './layout.js'

export interface EditContext {
  readonly catalogue: Catalogue
  readonly templates: ShippedTemplates
  /** The settings as of which the file was written. */
  readonly base: SettingsSnapshot
  readonly current: SettingsSnapshot
}

export interface FileEdit {
  /** What is to be saved: settings, and the file's layout. Empty when the file says nothing new. */
  readonly wanted: readonly WantedChange[]
  /** Settings that would change, as values in force. */
  readonly changes: readonly SettingChange[]
  /** Of those, the ones that run a program or open the gateway. */
  readonly dangerous: readonly string[]
  /** Settings that the file changes and that somebody else has changed otherwise since it was written. */
  readonly conflicts: readonly string[]
  readonly unknown: readonly UnknownLine[]
}

/** @returns the faults of a file that cannot be read; nothing of it is taken then */
export function editOf(
  face: Face,
  content: Uint8Array,
  context: EditContext,
): FileEdit | { readonly faults: readonly FileFault[] } {
  const { catalogue, base, current } = context
  const reading = face.read(byteText(content), catalogue)
  if ('faults' in reading) return reading
  const edited = [...reading.values].flatMap(([key, value]) => {
    const definition = catalogue.find(key)
    const from = definition && valueIn(base.values, definition)
    return definition === undefined || from === value
      ? []
      : [{ definition, value: inForce(definition, value, context) }]
  })
  const differing = edited.filter(({ definition, value }) => valueIn(current.values, definition) !== value)
  const after = withValues(current.values, differing)
  const layout = layoutToKeep(face, reading.layout, after, context)
  if (layout.length > MAX_LAYOUT_BYTES) return { faults: [tooMuchLayout(layout)] }
  const wanted: WantedChange[] = differing.map(({ definition, value }) => {
    return isInitial(definition, value, after, context) ? { key: definition.key } : { key: definition.key, to: value }
  })
  if (layout !== (current.layouts?.[face.file] ?? ''))
    wanted.push(layout === '' ? { key: layoutKey(face.file) } : { key: layoutKey(face.file), to: layout })
  const changes = differing.map(({ definition, value }) => {
    const from = valueIn(current.values, definition)
    return { key: definition.key, from: shown(definition, from), to: shown(definition, value) }
  })
  return {
    wanted,
    changes,
    dangerous: differing.filter(({ definition }) => definition.dangerous).map(({ definition }) => definition.key),
    conflicts: differing
      .filter(({ definition }) => valueIn(current.values, definition) !== valueIn(base.values, definition))
      .map(({ definition }) => definition.key),
    unknown: reading.unknown,
  }
}

/** A file may hold a secret in clear; what is told of it does not. */
function shown({ secret }: SettingDefinition, value: SettingValue): SettingValue {
  return secret && value !== '' ? SECRET_SHOWN : value
}

interface EditedValue {
  readonly definition: SettingDefinition
  readonly value: SettingValue
}

function withValues(values: Values, edited: readonly EditedValue[]): Values {
  const changed = Object.groupBy(edited, ({ definition }) => definition.section)
  const sections = Object.entries(values).map(([section, settings]) => {
    const own = (changed[section] ?? []).map(({ definition, value }) => [definition.name, value] as const)
    return [section, { ...settings, ...Object.fromEntries(own) }]
  })
  return Object.fromEntries(sections)
}

/** An emptied template is the shipped one. */
function inForce(
  { place, name }: SettingDefinition,
  value: SettingValue,
  { current, templates }: EditContext,
): SettingValue {
  return place === 'template' && value === '' ? shippedTemplate(templates, languageOf(current.values), name) : value
}

function isInitial(
  definition: SettingDefinition,
  value: SettingValue,
  after: Values,
  { templates }: EditContext,
): boolean {
  if (definition.place === 'template') return value === shippedTemplate(templates, languageOf(after), definition.name)
  return value === definition.default
}

/** Empty for a file that looks as it would without anybody's hand, in the language of today or of its base. */
function layoutToKeep(face: Face, layout: Layout, after: Values, { catalogue, base }: EditContext): string {
  const languages = new Set<Language>([languageOf(after), languageOf(base.values)])
  const generated = [...languages].map((language) => ({ catalogue, values: after, language }))
  return generated.some((context) => looksGenerated(face, layout, context)) ? '' : encodeLayout(layout)
}

function looksGenerated(face: Face, layout: Layout, context: PrintContext): boolean {
  const generated = face.read(face.generate(context), context.catalogue)
  return 'layout' in generated && sameLayout(generated.layout, layout)
}

function languageOf(values: Values): Language {
  return values['common']?.['language'] === 'ja' ? 'ja' : 'en'
}

function tooMuchLayout(layout: string): FileFault {
  const bytes = (length: number) => Math.floor((length / 4) * 3)
  return {
    line: 1,
    rule: `its comments and unknown lines have some ${bytes(layout.length)} bytes; at most ${bytes(MAX_LAYOUT_BYTES)} are kept`,
  }
}
