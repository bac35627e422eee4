/** What the catalogue knows of one setting, and the words for values and rules that the whole package shares. */
import type { FormerSetting, Localised, SettingEffect, SettingFormat } from '@fsigk/plugin-api'

export type SettingValue = boolean | number | string

/** Why a value is refused: one sentence without the key and without the value, which the reader sees beside it. */
export interface Broken {
  readonly rule: string
}

/** Whether a parser refused its input. */
export function isBroken(result: object): result is Broken {
  return 'rule' in result
}

/** Which projection shows a setting: each setting stands in exactly one. `layout` settings shape a file instead. */
export type SettingPlace =
  | 'fsigk.ini'
  | 'hosts.allow'
  | 'template'
  | 'spam/custom.txt'
  | 'spam/files.txt'
  | 'dbupdate.conf'
  | 'layout'

interface CommonDefinition {
  /** `section.name`: `http.svcport`. */
  readonly key: string
  readonly section: string
  readonly name: string
  readonly place: SettingPlace
  readonly label: Localised
  readonly help: Localised
  readonly effect: SettingEffect
  /** The unit of a number: `s`, `bytes`, … */
  readonly unit: string | undefined
  /** Earlier shapes of it, the newest first. */
  readonly formerly: readonly FormerSetting[]
  readonly dangerous: boolean
  /** Sealed in events and never shown. */
  readonly secret: boolean
  /** Accepted, kept and listed, but nothing reads it in this release. */
  readonly notInUseYet: boolean
}

export interface FlagDefinition extends CommonDefinition {
  readonly type: 'flag'
  readonly default: boolean
}

export interface IntegerDefinition extends CommonDefinition {
  readonly type: 'integer'
  readonly default: number
  readonly minimum: number
  readonly maximum: number
}

export interface ChoiceDefinition extends CommonDefinition {
  readonly type: 'choice'
  readonly default: string
  readonly words: readonly string[]
}

export interface TextDefinition extends CommonDefinition {
  readonly type: 'text'
  readonly default: string
  /** Of UTF-8. */
  readonly maxBytes: number
  /** Code points, where the guide counts characters. */
  readonly maxCharacters?: number | undefined
  readonly format: SettingFormat | undefined
  readonly separator: ',' | ';'
}

export type SettingDefinition = FlagDefinition | IntegerDefinition | ChoiceDefinition | TextDefinition
