/** What every file of conf/ has in common: it is read into values and a layout, and printed from them. */
import type { Catalogue } from '../domain/catalogue.js'
import type { SettingDefinition, SettingValue } from '../domain/definition.js'
import type { Language } from '../domain/templates.js'
import type { ByteText } from './bytes.js'
import type { Layout } from './layout.js'

/** A longer file is none that a hand wrote. */
export const MAX_FACE_BYTES = 512 * 1024
const MAX_FAULTS = 20

/** Where a file breaks a rule. Lines count from 1. */
export interface FileFault {
  readonly line: number
  readonly rule: string
}

/** A line that names no setting of ours: kept, and without effect. */
export interface UnknownLine {
  readonly line: number
  readonly name: string
}

export interface ReadFace {
  /** Every setting that stands in this file by its key, those whose line is missing included. */
  readonly values: ReadonlyMap<string, SettingValue>
  readonly layout: Layout
  readonly unknown: readonly UnknownLine[]
}

export type FaceReading = ReadFace | { readonly faults: readonly FileFault[] }

/** The settings in force. */
export type Values = Readonly<Record<string, Readonly<Record<string, SettingValue>>>>

export interface PrintContext {
  readonly catalogue: Catalogue
  readonly values: Values
  readonly language: Language
}

/** A file as a face of the settings. */
export interface Face {
  readonly file: string
  /** Whether any setting stands in it. */
  isShown(catalogue: Catalogue): boolean
  /** Nothing of the file is taken when it has a fault. */
  read(file: ByteText, catalogue: Catalogue): FaceReading
  /** The file that nobody shaped by hand. */
  generate(context: PrintContext): ByteText
  /** The file as somebody shaped it, with the values of today. */
  print(layout: Layout, context: PrintContext): ByteText
}

export function valueIn(values: Values, { section, name, default: initial }: SettingDefinition): SettingValue {
  return values[section]?.[name] ?? initial
}

/** Faults of the file as a whole. */
export function wholeFileFault(file: ByteText): FileFault | undefined {
  if (file.length > MAX_FACE_BYTES)
    return { line: 1, rule: `the file has ${file.length} bytes; at most ${MAX_FACE_BYTES} are read` }
  const nul = file.indexOf('\0')
  return nul === -1 ? undefined : { line: lineAt(file, nul), rule: 'holds a NUL byte, which no text does' }
}

export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}

export function faulty(faults: readonly FileFault[]): { readonly faults: readonly FileFault[] } {
  return { faults: faults.toSorted((one, other) => one.line - other.line).slice(0, MAX_FAULTS) }
}
