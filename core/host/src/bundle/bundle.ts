/**
 * A whole configuration as one text (guide 4.6): every setting, access list, template, spam list and the layout of the
 * files, with secrets sealed by a passphrase or left out. A checksum tells that it came over whole; it is no signature.
 */
import { createHash } from 'node:crypto'
import type { SettingValue } from '@fsigk/config'
import { z } from '@fsigk/plugin-api'
import { canonicalJson } from 'eventstore-lite'
import { fail } from '../errors.js'
import { openByPassphrase, type PassphraseSealed, passphraseSealed, sealByPassphrase } from './passphrase.js'

const FORMAT = 'fsigk-configuration'
/** The shape of the text. One that is changed gets another number, and a step from this one. */
const VERSION = 1
/** Of a text that is read. */
export const MAX_BUNDLE_BYTES = 8 * 1024 * 1024

const bundle = z.strictObject({
  format: z.literal(FORMAT),
  version: z.int().positive(),
  /** The release that wrote it. */
  product: z.string(),
  revision: z.int().positive(),
  exportedAt: z.iso.datetime(),
  settings: z.record(z.string(), z.union([z.boolean(), z.number(), z.string()])),
  secrets: z.union([passphraseSealed, z.strictObject({ leftOut: z.array(z.string()) })]),
  checksum: z.string(),
})

export interface Exported {
  readonly product: string
  readonly revision: number
  readonly exportedAt: string
  /** Those that are not secret. */
  readonly settings: ReadonlyMap<string, SettingValue>
  /** In clear. */
  readonly secrets: ReadonlyMap<string, string>
}

/** @param passphrase without it, secrets are left out and named */
export async function writeBundle(exported: Exported, passphrase: string | undefined): Promise<string> {
  const { product, revision, exportedAt, settings } = exported
  const secrets: PassphraseSealed | { leftOut: string[] } =
    passphrase === undefined
      ? { leftOut: [...exported.secrets.keys()].sort() }
      : await sealByPassphrase(exported.secrets, passphrase)
  const sorted = [...settings].sort(([left], [right]) => (left < right ? -1 : 1))
  const content = {
    format: FORMAT,
    version: VERSION,
    product,
    revision,
    exportedAt,
    settings: Object.fromEntries(sorted),
  }
  const whole = { ...content, secrets }
  return `${JSON.stringify({ ...whole, checksum: checksumOf(whole) }, undefined, 2)}\n`
}

export interface ReadBundle {
  readonly product: string
  readonly revision: number
  /** Secrets in clear among them. */
  readonly settings: ReadonlyMap<string, SettingValue>
  /** Keys of the secrets that came along. */
  readonly secrets: ReadonlySet<string>
  /** Secrets that were not exported: they stay as they are. */
  readonly leftOut: ReadonlySet<string>
}

/** @throws FSIGK_BUNDLE_INVALID, FSIGK_BUNDLE_PASSPHRASE */
export async function readBundle(text: string, passphrase: string | undefined): Promise<ReadBundle> {
  const { checksum, ...whole } = parsedBundle(text)
  if (checksum !== checksumOf(whole))
    throw fail('FSIGK_BUNDLE_INVALID', ['its checksum is another one: it was altered, or did not come over whole'])
  const { product, revision, settings, secrets } = whole
  if ('leftOut' in secrets)
    return {
      product,
      revision,
      settings: new Map(Object.entries(settings)),
      secrets: new Set(),
      leftOut: new Set(secrets.leftOut),
    }
  const clear = await openByPassphrase(secrets, passphrase)
  const all = new Map([...Object.entries(settings), ...clear])
  return { product, revision, settings: all, secrets: new Set(clear.keys()), leftOut: new Set() }
}

function parsedBundle(text: string): z.output<typeof bundle> {
  const json = jsonOf(text)
  const head = z.looseObject({ format: z.literal(FORMAT), version: z.int().positive() }).safeParse(json)
  if (!head.success) throw fail('FSIGK_BUNDLE_INVALID', ["it is none that 'fsigk config export' wrote"])
  if (head.data.version > VERSION)
    throw fail('FSIGK_BUNDLE_INVALID', [`its version is ${head.data.version}; this release knows up to ${VERSION}`])
  const result = bundle.safeParse(json)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw fail('FSIGK_BUNDLE_INVALID', [`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`])
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function checksumOf(whole: object): string {
  return `sha256:${createHash('sha256')
    .update(canonicalJson(JSON.parse(JSON.stringify(whole)), 'bundle'))
    .digest('hex')}`
}
