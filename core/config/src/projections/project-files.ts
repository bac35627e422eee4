import type { Catalogue } from '../domain/catalogue.js'
import type { SettingsSnapshot } from '../domain/snapshot.js'
import type { Language } from '../domain/templates.js'
import { fileBytes } from '../files/bytes.js'
import type { PrintContext } from '../files/face.js'
import { faces } from '../files/faces.js'
import { decodeLayout } from '../files/layout.js'

/**
 * The files of conf/ at a revision, name to bytes. From the snapshot alone: the same settings give the same bytes,
 * whenever and wherever they are written.
 */
export function projectFiles(snapshot: SettingsSnapshot, catalogue: Catalogue): ReadonlyMap<string, Buffer> {
  const context = printContext(snapshot, catalogue)
  return new Map(
    faces
      .filter((face) => face.isShown(catalogue))
      .map((face) => {
        const layout = decodeLayout(snapshot.layouts?.[face.file] ?? '')
        const text = layout === undefined ? face.generate(context) : face.print(layout, context)
        return [face.file, fileBytes(text)]
      }),
  )
}

export function printContext({ values }: SettingsSnapshot, catalogue: Catalogue): PrintContext {
  return { catalogue, values, language: languageOf(values['common']?.['language']) }
}

function languageOf(value: unknown): Language {
  return value === 'ja' ? 'ja' : 'en'
}
