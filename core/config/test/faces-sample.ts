/** Reading and printing files of conf/ in tests: a catalogue in which each of them shows something. */
import { Catalogue, coreSections, type SettingValue } from '@fsigk/config'
import { flag, integer, settingsSchema, text } from '@fsigk/plugin-api'
import { settingsSnapshot } from '../src/domain/snapshot.js'
import { byteText, fileBytes } from '../src/files/bytes.js'
import type { ReadFace } from '../src/files/face.js'
import { faceOf } from '../src/files/faces.js'
import { decodeLayout, encodeLayout } from '../src/files/layout.js'
import { printContext } from '../src/projections/project-files.js'
import { httpSection, templates } from './sample.js'

const said = { label: { en: 'x', ja: 'x' }, help: { en: 'X.', ja: 'X。' } }

const spam = settingsSchema('spam', {
  spam_custom: flag(false, said),
  custom_rules: text('', { maxBytes: 65_536, format: 'text' }, said),
  spam_rbl: flag(false, said),
  spam_rbl_list: text('', { maxBytes: 199 }, said),
  spam_surbl: flag(false, said),
  spam_surbl_list: text('', { maxBytes: 199 }, said),
})
const definitions = settingsSchema('definitions', {
  use_proxy: flag(false, said),
  http_proxy_host: text('', { maxBytes: 255, format: 'host' }, said),
  http_proxy_port: integer(8080, { min: 1, max: 65_535 }, said),
  http_proxyauth: flag(false, said),
  update_url: text('', { maxBytes: 255 }, said),
})

/** Without what core declares of these two. */
const otherSections = coreSections.filter(({ title }) => title !== 'spam' && title !== 'definitions')

export const facesCatalogue = Catalogue.of([
  ...otherSections,
  httpSection,
  { ...spam, title: 'spam' },
  { ...definitions, title: 'definitions' },
])

type Texts = Readonly<Record<string, SettingValue>>

function contextOf(values: Texts) {
  return printContext(
    settingsSnapshot(
      { revision: 1, changedAt: new Map(), values: new Map(Object.entries(values)) },
      facesCatalogue,
      templates,
    ),
    facesCatalogue,
  )
}

function face(file: string) {
  const found = faceOf(file)
  if (found === undefined) throw new Error(`no file ${file}`)
  return found
}

export function generate(file: string, values: Texts = {}): Buffer {
  return fileBytes(face(file).generate(contextOf(values)))
}

export function read(file: string, content: string | Buffer) {
  return face(file).read(byteText(Buffer.from(content)), facesCatalogue)
}

/** @throws when the file has faults */
export function readWell(file: string, content: string | Buffer): ReadFace {
  const reading = read(file, content)
  if ('faults' in reading) throw new Error(JSON.stringify(reading.faults))
  return reading
}

/** Printed from the layout as it is stored, with some values changed. */
export function reprint(file: string, { values, layout }: ReadFace, changed: Texts = {}): Buffer {
  const stored = decodeLayout(encodeLayout(layout)) ?? []
  return fileBytes(face(file).print(stored, contextOf({ ...Object.fromEntries(values), ...changed })))
}
