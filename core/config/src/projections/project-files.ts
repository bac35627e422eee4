import type { Catalogue } from '../domain/catalogue.js'
import type { SettingsSnapshot } from '../domain/snapshot.js'
import { templateFiles } from '../domain/templates.js'
import { projectHostsAllow } from './hosts-allow.js'
import { projectIni } from './ini.js'

/**
 * The files of conf/ at a revision, name to text. From the snapshot alone: the same settings give the same bytes,
 * whenever and wherever they are written.
 */
export function projectFiles(snapshot: SettingsSnapshot, catalogue: Catalogue): ReadonlyMap<string, string> {
  const language = snapshot.values['common']?.['language'] === 'ja' ? 'ja' : 'en'
  const templates = Object.entries(templateFiles).map(([name, file]): [string, string] => {
    return [file, String(snapshot.values['template']?.[name] ?? '')]
  })
  return new Map([
    ['fsigk.ini', projectIni(snapshot, catalogue, language)],
    ['hosts.allow', projectHostsAllow(snapshot, catalogue, language)],
    ...templates,
  ])
}
