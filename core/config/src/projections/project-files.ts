import type { Catalogue } from '../domain/catalogue.js'
import type { SettingsSnapshot } from '../domain/snapshot.js'
import type { Language } from '../domain/templates.js'
import { fileBytes } from '../files/bytes.js'
import type { PrintContext } from '../files/face.js'
import { faces } from '../files/faces.js'
import { decodeLayout } from '../files/layout.js'
import { masked } from '../secrets.js'

/** Files that are read by a program which needs the secrets in clear, and that nobody else may read. */
const filesWithSecrets: readonly string[] = ['dbupdate.conf']

/**
 * The files of conf/ at a revision, name to bytes. From the snapshot alone: the same settings give the same bytes,
 * whenever and wherever they are written.
 *
 * @param opened the same settings with their secrets in clear, where files are written rather than shown
 */
export function projectFiles(
  snapshot: SettingsSnapshot,
  catalogue: Catalogue,
  opened?: SettingsSnapshot,
): ReadonlyMap<string, Buffer> {
  return new Map(
    faces
      .filter((face) => face.isShown(catalogue))
      .map((face) => {
        const context = printContext(valuesOf(face.file, snapshot, opened), catalogue)
        const layout = decodeLayout(snapshot.layouts?.[face.file] ?? '')
        const text = layout === undefined ? face.generate(context) : face.print(layout, context)
        return [face.file, fileBytes(text)]
      }),
  )
}

/** The settings as a file holds them: secrets in clear only where the file's reader needs them. */
export function valuesOf(file: string, snapshot: SettingsSnapshot, opened?: SettingsSnapshot): SettingsSnapshot {
  return opened !== undefined && filesWithSecrets.includes(file) ? opened : masked(snapshot)
}

export function printContext({ values }: SettingsSnapshot, catalogue: Catalogue): PrintContext {
  return { catalogue, values, language: languageOf(values['common']?.['language']) }
}

function languageOf(value: unknown): Language {
  return value === 'ja' ? 'ja' : 'en'
}
