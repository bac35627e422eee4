/** The settings under which a drill is held: those of the gateway, but for what would reach out of the drill. */
import type { SettingDescription } from '../administration/administration.js'
import { SMALL_LIMIT } from './drill-causes.js'
import { DRILL_SCANNER } from './drill-scanner.js'

export interface DrillChange {
  readonly key: string
  readonly to: string
}

/** Settings of a service that say what becomes of what passes; who may connect, and where logs go, does not matter here. */
const COMMON = ['common.language', 'common.product_name', 'common.virus_info_url']

/** Longest scan, in seconds: nobody waits for the administrator's ninety. */
const SCAN_LIMIT_S = 1

/**
 * @param settings all of them, with the values in force
 * @param service its section: `http`
 * @param leading what leads it to the server of the drill
 */
export function drillSettings(
  settings: readonly SettingDescription[],
  service: string,
  leading: Readonly<Record<string, string>>,
): readonly DrillChange[] {
  const values = new Map<string, string>()
  for (const { key, value, default: initial, secret, notInUseYet } of settings) {
    const isWanted = key.startsWith(`${service}.`) || key.startsWith('template.') || COMMON.includes(key)
    if (isWanted && !secret && !notInUseYet && value !== initial) values.set(key, textOf(value))
  }
  const ours = {
    [`${service}_service`]: 'yes',
    svcport: '127.0.0.1:0',
    workers: '1',
    local_to: '127.0.0.0/8',
    acl_from: 'no',
    acl_to: 'no',
    acl_pass_to: 'no',
    acl_rcpt: 'no',
    lan: 'no',
    pbs: 'no',
    proxymail_auth: 'no',
    self_proxy: 'no',
    transparent: 'no',
    proxyauth_pam_auth: 'no',
    reverselookup: 'no',
    quarantine: 'no',
    notify_admin: 'no',
    access_log: '',
    detect_log: '',
    error_log: '',
    info_log: '',
    pass_filesize_len: `${SMALL_LIMIT}`,
    block_filesize_len: `${SMALL_LIMIT}`,
    block_messagesize_len: `${SMALL_LIMIT}`,
    ...leading,
  }
  for (const [name, to] of Object.entries(ours)) {
    const key = `${service}.${name}`
    const known = settings.find((each) => each.key === key)
    if (known !== undefined && !known.notInUseYet) values.set(key, to)
  }
  if (!isUnlimited(settings, service)) values.set(`${service}.vsd_scantimeout`, `${SCAN_LIMIT_S}`)
  values.set('plugins.scanners', DRILL_SCANNER)
  values.set('plugins.log_sinks', '')
  values.set('plugins.notifiers', '')
  return [...values].map(([key, to]) => ({ key, to }))
}

/** Whether a scan may take as long as it takes. */
export function isUnlimited(settings: readonly SettingDescription[], service: string): boolean {
  const limit = settings.find(({ key }) => key === `${service}.vsd_scantimeout`)
  return limit !== undefined && textOf(limit.value) === '0'
}

/** A value as it is written: `yes`, `90`. */
export function textOf(value: SettingDescription['value']): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)
}
