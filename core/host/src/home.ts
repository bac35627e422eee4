/** The state folder of an installation (`FSIGK_HOME`): what lies where in it. */
import { join, resolve } from 'node:path'
import { makeFolder } from '@fsigk/gateway/parts'
import { fail, messageOf } from './errors.js'

export interface Home {
  readonly path: string
  readonly conf: string
  readonly logs: string
  readonly structuredLog: string
  readonly storeFile: string
  readonly quarantine: string
  readonly tmp: string
  readonly databases: string
  readonly plugins: string
  /** Working copies of administrators: changes that are not saved yet. */
  readonly edits: string
  /** Changes that wait for a second administrator. */
  readonly proposals: string
  /** What secrets among the settings are sealed by; there when one was kept. */
  readonly secretKey: string
  /** Notices to the administrator that wait to be carried. */
  readonly notices: string
  readonly noticeKey: string
  readonly controlSocket: string
  readonly lockFile: string
}

export function homeAt(path: string): Home {
  const at = (...names: string[]) => join(resolve(path), ...names)
  return {
    path: at(),
    conf: at('conf'),
    logs: at('log'),
    structuredLog: at('log', 'fsigk.log'),
    storeFile: at('store', 'events.db'),
    quarantine: at('quarantine'),
    tmp: at('tmp'),
    databases: at('databases'),
    plugins: at('plugins'),
    edits: at('edits'),
    proposals: at('proposals'),
    secretKey: at('secret.key'),
    notices: at('notices'),
    noticeKey: at('notice.key'),
    controlSocket: at('control.sock'),
    lockFile: at('lock'),
  }
}

/**
 * Creates the folders that are missing, private to their owner.
 * @throws FSIGK_HOME_NOT_WRITABLE
 */
export function createHome(home: Home): void {
  const { conf, logs, quarantine, tmp, databases, plugins, edits, proposals } = home
  const store = join(home.path, 'store')
  for (const folder of [home.path, conf, logs, store, quarantine, tmp, databases, plugins, edits, proposals])
    createFolder(folder)
}

/** @throws FSIGK_HOME_NOT_WRITABLE */
export function createFolder(folder: string): void {
  try {
    makeFolder(folder, 0o700)
  } catch (cause) {
    throw fail('FSIGK_HOME_NOT_WRITABLE', [folder, problemOf(cause)], { cause })
  }
}

/** The system's own words for a failed call on a file, without the path, which stands in our sentence. */
export function problemOf(error: unknown): string {
  return messageOf(error).replace(/, \w+ '.*$/, '')
}
