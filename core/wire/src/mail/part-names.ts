/** Every name under which a reader may show or store a part. */
import { fileNameOf } from '../file-name.js'
import { WireFault } from '../wire-fault.js'
import { decodedBytes } from './alphabets.js'
import { parameterForms } from './parameters.js'
import { decodedWords, percentDecoded } from './words.js'

/** More names of one part than any sender gives. */
const MAX_NAMES = 256

export interface PartNames {
  /** Decoded, without folders; the likeliest first. */
  readonly names: readonly string[]
  readonly rawNames: readonly string[]
}

const NONE: PartNames = { names: [], rawNames: [] }

/** Of the values of Content-Type and Content-Disposition, by either's parameter. */
export function partNames(contentTypes: readonly string[], dispositions: readonly string[]): PartNames {
  const rawNames = new Set<string>()
  for (const value of [...dispositions, ...contentTypes].flatMap(withDecoded)) {
    if (!/name/i.test(value)) continue
    for (const parameter of ['filename', 'name'])
      for (const form of parameterForms(value, parameter)) if (form !== '') rawNames.add(form)
  }
  return rawNames.size === 0 ? NONE : namesOfFile([...rawNames])
}

/** What readers make of names. */
export function namesOfFile(rawNames: readonly string[]): PartNames {
  const names = new Set<string>()
  for (const raw of rawNames) for (const name of namesOf(raw)) names.add(name)
  if (names.size > MAX_NAMES) throw new WireFault('more names of a part than can be meant')
  names.delete('')
  return { names: [...names].sort(byLikelihood), rawNames }
}

/** Some decode a field before they read it. */
function withDecoded(value: string): readonly string[] {
  return value.includes('=?') ? [value, decodedWords(value)] : [value]
}

/** Between two encoded words: some put together what is in them before they decode it. */
const betweenWords = /\?=\s*=\?[^?]*\?[bq]\?/gi

/** A name as it stands, as UTF-8, with encoded words decoded, and with percent signs. */
function namesOf(raw: string): readonly string[] {
  const utf8 = /[^\x00-\xff]/.test(raw) ? raw : decodedBytes(Buffer.from(raw, 'latin1'), '')
  const text = decodedWords(utf8)
  const forms = [text, utf8, raw, decodedWords(raw.replace(/\s+/g, '')), percentDecoded(text)]
  if (raw.includes('=?')) forms.push(decodedWords(raw.replace(betweenWords, '')))
  return forms.flatMap(storedForms).map(storedName)
}

/** Up to a zero byte, or a slash; and where it has what Windows allows in no name, up to there, or without. */
function storedForms(form: string): readonly string[] {
  const forms = [form, form.split('\0', 1)[0] ?? '', form.replace(/[/\\]+\s*$/, '')]
  if (!isEncoded(form) && /[<>:"|?*]/.test(form))
    forms.push(form.replace(/[<>:"|?*].*$/s, ''), form.replace(/[<>:"|?*]/g, ''))
  return forms
}

function storedName(name: string): string {
  return fileNameOf(name.trim()).trim()
}

/** What holds an encoding still is not what a reader shows. */
function byLikelihood(one: string, other: string): number {
  return Number(isEncoded(one)) - Number(isEncoded(other))
}

function isEncoded(name: string): boolean {
  return /=\?|\?=|%[0-9a-f]{2}|''/i.test(name)
}
