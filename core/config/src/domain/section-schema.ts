/**
 * Reads the JSON Schema of a section, as plugin-api's `settingsSchema` makes it, into definitions. Plugins bring theirs
 * as files, so that nothing in them is taken for granted.
 */
import type { SettingFormat } from '@fsigk/plugin-api'
import { ABOUT_KEYWORD, localised } from '@fsigk/plugin-api'
import { z } from 'zod'
import { fail } from '../errors.js'
import { isBroken, type SettingDefinition } from './definition.js'
import { isLayoutKey, placeOf } from './faces.js'
import { parseValue } from './values.js'

/** The JSON Schema of one section; its title is the section's name. */
export type SectionSchema = Readonly<Record<string, unknown>> & {
  readonly title: string
  /** Core's stand-in for what a plugin is to declare: gives way to another schema of the same section. */
  readonly placeholder?: boolean
}

const MAX_TEXT_BYTES = 1024 * 1024
const formats = [
  'svcport',
  'host',
  'access-list',
  'ports',
  'list',
  'folder',
  'log',
  'text',
] as const satisfies SettingFormat[]

/** Names become keys of settings, words of files and members of objects; `__proto__` and the like are not among them. */
const name = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9]*([_-][a-z0-9]+)*$/, "must be lower-case words joined by '_' or '-'")
  .refine((given) => !(given in Object.prototype), 'must be no name that every object has')

const about = z.looseObject({
  label: localised,
  help: localised,
  effect: z.enum(['live', 'new sessions', 'rebind']).default('new sessions'),
  unit: z.string().max(32).optional(),
  secret: z.boolean().default(false),
  dangerous: z.boolean().default(false),
  notInUseYet: z.boolean().default(false),
  formerly: z
    .array(
      z.strictObject({
        name,
        values: z.record(z.string(), z.string()).exactOptional(),
        factor: z.number().positive().exactOptional(),
      }),
    )
    .max(100)
    .default([]),
  format: z.enum(formats).optional(),
  maxBytes: z.int().positive().max(MAX_TEXT_BYTES).optional(),
  maxCharacters: z.int().positive().max(MAX_TEXT_BYTES).optional(),
  separator: z.enum([',', ';']).default(','),
})

const section = z.looseObject({
  type: z.literal('object'),
  title: name.refine((title) => !isLayoutKey(`${title}.`), 'is where the layout of files is kept'),
  // Kept as it is: `z.record` would pass over `__proto__`, which is to be refused like any other wrong name.
  properties: z.custom<object>((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
})

const property = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('boolean'), default: z.boolean(), [ABOUT_KEYWORD]: about }),
  z.looseObject({
    type: z.literal('integer'),
    default: z.int(),
    minimum: z.int(),
    maximum: z.int(),
    [ABOUT_KEYWORD]: about,
  }),
  z.looseObject({
    type: z.literal('string'),
    default: z.string(),
    enum: z.array(z.string().min(1)).min(1).optional(),
    [ABOUT_KEYWORD]: about,
  }),
])

interface Section {
  readonly section: string
  readonly definitions: readonly SettingDefinition[]
}

/** A plugin's schema is looked at by itself, for its service, and beside all others: read once. */
const alreadyRead = new WeakMap<SectionSchema, Section>()

/** @throws FSIGK_SECTION_INVALID naming the section, the setting and what is wrong */
export function readSection(schema: SectionSchema): Section {
  const before = alreadyRead.get(schema)
  if (before !== undefined) return before
  const section = readAnew(schema)
  alreadyRead.set(schema, section)
  return section
}

function readAnew(schema: SectionSchema): Section {
  const outer = section.safeParse(schema)
  if (!outer.success) throw fail('FSIGK_SECTION_INVALID', [String(schema.title), firstIssue(outer.error)])
  const { title, properties } = outer.data
  const definitions = Object.entries(properties).map(([settingName, schemaOfSetting]) => {
    const where = `${title}.${settingName}`
    const named = name.safeParse(settingName)
    if (!named.success) throw fail('FSIGK_SECTION_INVALID', [where, `a name ${firstIssue(named.error)}`])
    const parsed = property.safeParse(schemaOfSetting)
    if (!parsed.success) throw fail('FSIGK_SECTION_INVALID', [where, firstIssue(parsed.error)])
    return checked(definitionOf(title, settingName, parsed.data), where)
  })
  return { section: title, definitions }
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0]
  const path = issue?.path.join('.') ?? ''
  return path === '' ? (issue?.message ?? error.message) : `${path}: ${issue?.message}`
}

function definitionOf(sectionName: string, settingName: string, schema: z.output<typeof property>): SettingDefinition {
  const said = schema[ABOUT_KEYWORD] as z.output<typeof about>
  const common = {
    key: `${sectionName}.${settingName}`,
    section: sectionName,
    name: settingName,
    place: placeOf(sectionName, settingName),
    label: said.label,
    help: said.help,
    effect: said.effect,
    unit: said.unit,
    formerly: said.formerly,
    dangerous: said.dangerous,
    secret: said.secret,
    notInUseYet: said.notInUseYet,
  }
  if (said.secret && !canBeSecret(schema, said))
    throw fail('FSIGK_SECTION_INVALID', [common.key, 'a secret must be a text on one line that is empty by default'])
  switch (schema.type) {
    case 'boolean':
      return { ...common, type: 'flag', default: schema.default }
    case 'integer':
      return {
        ...common,
        type: 'integer',
        default: schema.default,
        minimum: schema.minimum,
        maximum: schema.maximum,
      }
    case 'string':
      if (schema.enum !== undefined) return { ...common, type: 'choice', default: schema.default, words: schema.enum }
      if (said.maxBytes === undefined) throw fail('FSIGK_SECTION_INVALID', [common.key, 'a text needs maxBytes'])
      return {
        ...common,
        type: 'text',
        default: schema.default,
        maxBytes: said.maxBytes,
        maxCharacters: said.maxCharacters,
        format: said.format,
        separator: said.separator,
      }
  }
}

function canBeSecret(schema: z.output<typeof property>, { format }: z.output<typeof about>): boolean {
  return schema.type === 'string' && schema.enum === undefined && schema.default === '' && format === undefined
}

/** A default that breaks its own rules would be in force where no administrator could set it. */
function checked(definition: SettingDefinition, where: string): SettingDefinition {
  const result = parseValue(definition, definition.default)
  if (isBroken(result)) throw fail('FSIGK_SECTION_INVALID', [where, `the default ${result.rule}`])
  if (result.value !== definition.default)
    throw fail('FSIGK_SECTION_INVALID', [where, 'the default is not in its stored form (blanks or line ends)'])
  return Object.freeze(definition)
}
