import { parseSvcport, type SettingsSnapshot, type SettingValue } from '@fsigk/config'
import type { InspectionSettings } from '@fsigk/plugin-api'
import { noticeKeyOf } from './mail-notices/notification-id.js'
import { AccessControl } from './net/access-control.js'
import { NoticeTemplate } from './notices.js'
import type { PolicySettings } from './pipeline/policy.js'
import type { ScannerSet } from './pipeline/scanner-set.js'
import type { SpoolFolder } from './spool.js'
import type { ScanMemory } from './verdicts/scan-memory.js'
import type { VerdictCache } from './verdicts/verdict-cache.js'
import { verdictKeys } from './verdicts/verdict-key.js'

/** Folders of `$FSIGK_HOME`, in force where a setting does not name another. */
export interface GatewayFolders {
  /** Holds a folder of logs for each service. */
  readonly logs: string
  readonly tmp: string
  readonly quarantine: string
  /** Where notices to the administrator wait for the supervisor. */
  readonly notices: string
}

/** What is the same for all revisions, and what stands beside them. */
export interface PinnedSurroundings {
  readonly folders: GatewayFolders
  readonly scanners: ScannerSet
  /** Told of a list file that can no longer be used. */
  readonly told: (error: Error) => void
  readonly verdicts: VerdictCache | undefined
  /** The installation's key of notices. */
  readonly noticeKey: Buffer | undefined
}

/** What one revision of the settings means for one service. Sessions pin it; it never changes. */
export class PinnedSettings<S> {
  readonly revision: number
  readonly settings: S
  readonly inspection: InspectionSettings & PolicySettings
  readonly productName: string
  readonly tmpdir: SpoolFolder
  readonly quarantineDir: string
  readonly access: AccessControl
  /** Whether peers are known by their host names. */
  readonly reverseLookup: boolean
  /** The address that the service listens on; undefined where it listens on all. */
  readonly ownAddress: string | undefined
  /** How long the addresses of servers' names are kept at most. */
  readonly keepNamesMs: number
  /** What scanners said before under these settings; undefined when that is not remembered. */
  readonly memory: ScanMemory | undefined
  readonly scanners: ScannerSet
  /** By which our own notices are known; undefined when none can be. */
  readonly noticeKey: Buffer | undefined
  readonly #templates = new Map<string, NoticeTemplate>()

  /** @throws FSIGK_ACCESS_LIST_INVALID */
  constructor(
    private readonly snapshot: SettingsSnapshot,
    service: string,
    { folders, scanners, told, verdicts, noticeKey }: PinnedSurroundings,
  ) {
    this.scanners = scanners
    const section: unknown = snapshot.values[service] ?? {}
    this.revision = snapshot.revision
    this.settings = section as S
    this.inspection = section as InspectionSettings & PolicySettings
    this.productName = this.#text('common', 'product_name')
    this.memory = this.#memory(verdicts, service)
    this.tmpdir = {
      path: this.#text('common', 'tmpdir') || folders.tmp,
      groupReads: this.#text('common', 'spool_group') !== '',
      digests: this.memory !== undefined,
    }
    this.quarantineDir = this.#text('common', 'quarantine_dir') || folders.quarantine
    this.access = new AccessControl(snapshot, service, undefined, told)
    this.noticeKey = noticeKeyOf(this.#text('common', 'admin_notification_id'), noticeKey)
    this.ownAddress = addressOf(this.#text(service, 'svcport'))
    this.keepNamesMs = Number(this.section('common')['dns_cache'] ?? 0) * 1_000
    this.reverseLookup = this.section(service)['reverselookup'] === true
  }

  /** The settings of another section, as a scanner is handed its own. */
  section(name: string): Readonly<Record<string, SettingValue>> {
    return this.snapshot.values[name] ?? {}
  }

  /** A template of the section `template`, read when it is first needed. @param name `http_error` */
  template(name: string): NoticeTemplate {
    let template = this.#templates.get(name)
    if (template === undefined) {
      template = new NoticeTemplate(this.#text('template', name))
      this.#templates.set(name, template)
    }
    return template
  }

  #memory(cache: VerdictCache | undefined, service: string): ScanMemory | undefined {
    if (cache === undefined || this.section('common')['verdict_cache'] !== true) return undefined
    const { loaded } = this.scanners
    const keys = verdictKeys(loaded, (name) => this.section(name))
    return keys === undefined ? undefined : { cache, loaded, keys, under: `${service} r${this.revision}` }
  }

  #text(section: string, key: string): string {
    const value = this.section(section)[key]
    return typeof value === 'string' ? value : ''
  }
}

function addressOf(svcport: string): string | undefined {
  const parsed = parseSvcport(svcport)
  const address = 'rule' in parsed ? undefined : parsed.address
  return address === '0.0.0.0' || address === '::' ? undefined : address
}
