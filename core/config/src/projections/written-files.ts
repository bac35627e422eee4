import type { Catalogue } from '../domain/catalogue.js'
import type { SettingsSnapshot } from '../domain/snapshot.js'
import type { Secrets } from '../secrets.js'
import { projectFiles, valuesOf } from './project-files.js'

/** The files of conf/ as they are written: in clear where a file's reader needs the secrets. */
export function writtenFiles(
  snapshot: SettingsSnapshot,
  catalogue: Catalogue,
  secrets: Secrets,
): ReadonlyMap<string, Buffer> {
  return projectFiles(snapshot, catalogue, secrets.opened(snapshot))
}

/** A snapshot as one of the files tells it: its secrets in clear, or `(secret)`. */
export function asWritten(file: string, snapshot: SettingsSnapshot, secrets: Secrets): SettingsSnapshot {
  return valuesOf(file, snapshot, secrets.opened(snapshot))
}
