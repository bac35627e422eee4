/** The files of conf/: their names, which settings stand in which, and the hidden settings that keep their layout. */
import type { SettingPlace, TextDefinition } from './definition.js'
import { templateFiles } from './templates.js'

export const faceFiles: readonly string[] = [
  'fsigk.ini',
  'hosts.allow',
  ...Object.values(templateFiles),
  'spam/custom.txt',
  'spam/files.txt',
  'dbupdate.conf',
]

/** Bytes of base64: some 390 kB of comments and unknown lines. */
export const MAX_LAYOUT_BYTES = 512 * 1024

/** Settings whose section does not say where they stand. */
const placesOfSettings: ReadonlyMap<string, SettingPlace> = new Map([
  ['spam.custom_rules', 'spam/custom.txt'],
  ['spam.spam_custom', 'spam/files.txt'],
])

/** Sections whose settings do not stand in fsigk.ini. */
const placesOfSections: ReadonlyMap<string, SettingPlace> = new Map([
  ['access', 'hosts.allow'],
  ['template', 'template'],
])

/** What the guide puts into dbupdate.conf (8.3), by our names; the rest of `definitions` stands in fsigk.ini. */
const dbupdateNames: ReadonlyMap<string, string> = new Map([
  ['use_proxy', 'use_proxy'],
  ['http_proxy_host', 'http_proxy_host'],
  ['http_proxy_port', 'http_proxy_port'],
  ['http_proxyauth', 'http_proxyauth'],
  ['http_proxyauth_user', 'http_proxyauth_user'],
  ['http_proxyauth_pass', 'http_proxyauth_pass'],
  ['updateurl', 'UPDATEURL'],
  ['update_url', 'UPDATEURL'],
])

/** The file that shows a setting. */
export function placeOf(section: string, name: string): SettingPlace {
  const own = placesOfSettings.get(`${section}.${name}`) ?? placesOfSections.get(section)
  if (own !== undefined) return own
  return section === 'definitions' && dbupdateNames.has(name) ? 'dbupdate.conf' : 'fsigk.ini'
}

/** The name that dbupdate.conf has for a setting of `definitions`. */
export function dbupdateName(name: string): string {
  return dbupdateNames.get(name) ?? name
}

/** The hidden setting that keeps a file's comments, order, spacing and unknown lines: base64 of its skeleton. */
export function layoutKey(file: string): string {
  return `layout.${file}`
}

export function isLayoutKey(key: string): boolean {
  return key.startsWith('layout.')
}

/** They are stored, rolled back and replayed like any setting, and shown nowhere but by the files that they shape. */
export const layoutDefinitions: readonly TextDefinition[] = faceFiles.map((file) =>
  Object.freeze({
    key: layoutKey(file),
    section: 'layout',
    name: file,
    place: 'layout',
    label: { en: `Layout of ${file}`, ja: `${file}のレイアウト` },
    help: { en: `Comments and order of ${file}.`, ja: `${file}のコメントと順序です。` },
    effect: 'live',
    unit: undefined,
    formerly: [],
    dangerous: false,
    secret: false,
    notInUseYet: false,
    type: 'text',
    default: '',
    maxBytes: MAX_LAYOUT_BYTES,
    format: undefined,
    separator: ',',
  }),
)
