/**
 * How a plugin declares its settings: zod builders that carry, beside the type and its limits, what the command line,
 * `fsigk.ini` and the console's form need. `settingsSchema()` turns a declaration into the JSON Schema that the host
 * reads; this file says nothing of how values are stored.
 */
import { z } from 'zod'
import type { Localised } from './manifest.js'

/** When a changed value takes effect: in what is under way, in sessions that begin afterwards, or by a new listener. */
export type SettingEffect = 'live' | 'new sessions' | 'rebind'

/** Notations that are checked beyond their JSON type, by the catalogue in `core/config`. */
export type SettingFormat = 'svcport' | 'host' | 'access-list' | 'ports' | 'list' | 'folder' | 'log' | 'text'

/**
 * An earlier shape of a setting, so that values that were saved then are read today. It is data, since the settings are
 * read where no code of a plugin runs.
 */
export interface FormerSetting {
  /** The name that the setting had in its section; its own name when only its values were others. */
  readonly name: string
  /** What earlier values are today, as text: `{ deny: 'block' }`. Others stay what they are. */
  readonly values?: Readonly<Record<string, string>>
  /** What a number is multiplied by: 0.001 where milliseconds became seconds. The result is rounded. */
  readonly factor?: number
}

/** What is said of a setting besides its type. */
export interface SettingAbout {
  /** The console's label. */
  readonly label: Localised
  /** One or two sentences of help. */
  readonly help: Localised
  /** Default `new sessions`. */
  readonly effect?: SettingEffect
  /** The unit of a number: `s`, `bytes`, `connections`, … */
  readonly unit?: string
  /** What it was before, the newest first. */
  readonly formerly?: readonly FormerSetting[]
  /** The value is sealed in events and never shown. */
  readonly secret?: boolean
  /** The value runs a program or opens the gateway. */
  readonly dangerous?: boolean
  /** Accepted, kept and listed, but nothing reads it in this release. */
  readonly notInUseYet?: boolean
}

/** The keyword under which the JSON Schema of a setting carries what plain JSON Schema has no word for. */
export const ABOUT_KEYWORD = 'x-fsigk'

type About = SettingAbout & {
  readonly format?: SettingFormat
  readonly maxBytes?: number
  readonly maxCharacters?: number
  readonly separator?: string
}

/** The size of a text: bytes of UTF-8, and characters (code points) where the guide counts these. */
export interface TextSize {
  readonly maxBytes: number
  readonly maxCharacters?: number
}

function described<T extends z.ZodType>(type: T, about: About): T {
  return type.meta({ [ABOUT_KEYWORD]: about }) as T
}

/** A switch, `yes` or `no` in files and on the command line. */
export function flag(initial: boolean, about: SettingAbout) {
  return described(z.boolean().default(initial), about)
}

/** A whole number between two limits, both included. */
export function integer(initial: number, limits: { readonly min: number; readonly max: number }, about: SettingAbout) {
  return described(z.int().min(limits.min).max(limits.max).default(initial), about)
}

/** One word of several. */
export function choice<const W extends readonly [string, ...string[]]>(
  initial: W[number],
  words: W,
  about: SettingAbout,
) {
  return described(z.enum(words).default(initial as never), about)
}

/** A text of at most `maxBytes` bytes of UTF-8, on one line unless its format is `text`. */
export function text(initial: string, limits: TextSize & { readonly format?: SettingFormat }, about: SettingAbout) {
  return described(z.string().default(initial), { ...about, ...limits })
}

/** Several words in one text; the guide's limit is on the whole text, in bytes. */
export function list(initial: string, limits: TextSize & { readonly separator?: ',' | ';' }, about: SettingAbout) {
  return described(z.string().default(initial), { ...about, format: 'list', separator: ',', ...limits })
}

/** The words of a list setting: split at its separator, trimmed, empty ones left out. */
export function listWords(value: string, separator: ',' | ';' = ','): readonly string[] {
  return value
    .split(separator)
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

/** Settings of one section: names of `fsigk.ini`, each with its declaration. */
export type SettingsShape = Readonly<Record<string, z.ZodType>>

/** Marks all settings of a shape as accepted, kept and listed, while nothing reads them. */
export function notInUseYet<S extends SettingsShape>(shape: S): S {
  return Object.fromEntries(
    Object.entries(shape).map(([name, type]) => {
      const about = type.meta()?.[ABOUT_KEYWORD] as About
      return [name, type.meta({ [ABOUT_KEYWORD]: { ...about, notInUseYet: true } })]
    }),
  ) as S
}

/** The JSON Schema of a section, as the host reads it. `section` is the ini section (`http`). */
export function settingsSchema(section: string, shape: SettingsShape): Record<string, unknown> {
  const schema = z.toJSONSchema(z.strictObject(shape), { io: 'input' }) as Record<string, unknown>
  return { ...schema, title: section }
}

/** The type of a section's values. */
export type SettingsOf<S extends SettingsShape> = Readonly<{ [K in keyof S]: z.output<S[K]> }>
