/** All settings that there are: those of core and those that plugins declare. */
import { fail } from '../errors.js'
import { type Broken, isBroken, type SettingDefinition, type SettingValue } from './definition.js'
import { layoutDefinitions } from './faces.js'
import { nearest } from './nearest.js'
import { isSealed } from './sealed.js'
import { readSection, type SectionSchema } from './section-schema.js'
import { parseValue, renderValue } from './values.js'
import type { WantedRules } from './wanted-rules.js'

/** The guide's order; sections of plugins follow by name, so that the order in which they are found changes no byte. */
const SECTION_ORDER = ['http', 'smtp', 'pop', 'ftp', 'common', 'spam', 'definitions', 'config', 'plugins']

export class Catalogue {
  private byKey: ReadonlyMap<string, SettingDefinition>

  private constructor(
    private bySection: ReadonlyMap<string, readonly SettingDefinition[]>,
    private rules: WantedRules,
  ) {
    const all = [...[...bySection.values()].flat(), ...layoutDefinitions]
    this.byKey = new Map(all.map((definition) => [definition.key, definition]))
  }

  /**
   * @param schemas one for each section, in any order; a placeholder gives way to another of its section
   * @param rules of wishes beyond types and limits
   * @throws FSIGK_SECTION_INVALID when a schema is not as `settingsSchema` makes them
   * @throws FSIGK_SECTION_TWICE when two declare the same section
   */
  static of(schemas: Iterable<SectionSchema>, rules: WantedRules = new Map()): Catalogue {
    const sections = new Map<string, readonly SettingDefinition[]>()
    const all = [...schemas]
    const declared = new Set(all.filter((schema) => schema.placeholder !== true).map(({ title }) => title))
    for (const schema of all) {
      if (schema.placeholder === true && declared.has(schema.title)) continue
      const { section, definitions } = readSection(schema)
      if (sections.has(section)) throw fail('FSIGK_SECTION_TWICE', [section])
      sections.set(section, definitions)
    }
    return new Catalogue(new Map([...sections].sort(([left], [right]) => compareSections(left, right))), rules)
  }

  /**
   * Takes what another one holds: plugins, and the settings that they declare, come and go while a gateway runs, and
   * whoever holds this catalogue knows of it from then on.
   */
  become(other: Catalogue): void {
    this.byKey = other.byKey
    this.bySection = other.bySection
    this.rules = other.rules
  }

  /** Section names, in the order of fsigk.ini. */
  sections(): readonly string[] {
    return [...this.bySection.keys()]
  }

  /** All settings, or those of one section, in the order in which they are declared. Layouts of files are not among them. */
  definitions(section?: string): readonly SettingDefinition[] {
    return section === undefined ? [...this.bySection.values()].flat() : (this.bySection.get(section) ?? [])
  }

  /** A setting, the layout of a file included. */
  find(key: string): SettingDefinition | undefined {
    return this.byKey.get(key)
  }

  /** Reads a value, given as text or as a value of the setting's type. */
  parse(key: string, given: unknown): { readonly value: SettingValue } | Broken {
    const definition = this.byKey.get(key)
    if (definition === undefined) return { rule: this.unknownKeyRule(key) }
    return definition.secret && isSealed(given) ? { value: given } : parseValue(definition, given)
  }

  /** Reads a wish for a value: as `parse`, and by the rules about what there is at the moment. */
  parseWish(key: string, given: unknown, inForce: SettingValue | undefined): { readonly value: SettingValue } | Broken {
    const result = this.parse(key, given)
    if (isBroken(result)) return result
    if (this.byKey.get(key)?.secret === true && result.value !== '' && !isSealed(result.value))
      return { rule: 'must be sealed before it is kept' }
    const rule = this.rules.get(key)?.(result.value, inForce)
    return rule === undefined ? result : { rule }
  }

  /** The value as files and the command line show it: `yes`, `9080`, the text itself. */
  render(_key: string, value: SettingValue): string {
    return renderValue(value)
  }

  /** What to say of a key that does not exist. A name without its section is looked for in all of them. */
  unknownKeyRule(key: string): string {
    const meant = key.includes('.')
      ? nearest(
          key,
          this.definitions().map((definition) => definition.key),
        )
      : this.keyOfName(
          nearest(
            key,
            this.definitions().map((definition) => definition.name),
          ),
        )
    return meant === undefined
      ? "there is no such setting; 'fsigk config list' shows all"
      : `there is no such setting; did you mean ${meant}?`
  }

  private keyOfName(name: string | undefined): string | undefined {
    return this.definitions().find((definition) => definition.name === name)?.key
  }
}

function compareSections(left: string, right: string): number {
  return rank(left) - rank(right) || (left < right ? -1 : 1)
}

function rank(section: string): number {
  const index = SECTION_ORDER.indexOf(section)
  return index === -1 ? SECTION_ORDER.length : index
}
