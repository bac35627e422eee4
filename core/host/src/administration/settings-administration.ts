/** Administration in the process that holds the lock of the home: the supervisor, or a command while none runs. */
import {
  cut,
  type HistoryEntry,
  parseIsoDate,
  printable,
  type Saved,
  type SettingChange,
  type SettingsSnapshot,
  settingRows,
} from '@fsigk/config'
import { fail } from '../errors.js'
import type { OpenedSettings } from '../open-settings.js'
import type {
  Administration,
  ChangeRequest,
  GatewayStatus,
  HistoryRequest,
  RollbackRequest,
  SaveReport,
  ServiceApplied,
  SettingDescription,
} from './administration.js'

/** What becomes of a save once it is stored. */
export interface Running {
  /** Hands new settings to the services, and tells how far they came. */
  apply(snapshot: SettingsSnapshot): Promise<readonly ServiceApplied[]>
  status(): GatewayStatus
  /** Nothing is saved any more then. */
  isStopping(): boolean
}

export class SettingsAdministration implements Administration {
  #turn: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly settings: OpenedSettings,
    private readonly running: Running,
  ) {}

  async change({ changes, expected, ...request }: ChangeRequest): Promise<SaveReport> {
    const { log } = this.settings
    return await this.#inTurn(async () => {
      const expectedRevision = await this.#expected(expected)
      return await this.#report(await log.change({ ...request, changes, expectedRevision }))
    })
  }

  async rollback({ to, expected, ...request }: RollbackRequest): Promise<SaveReport> {
    const { log } = this.settings
    return await this.#inTurn(async () => {
      const expectedRevision = await this.#expected(expected)
      return await this.#report(await log.rollback({ ...request, to: await log.resolve(to), expectedRevision }))
    })
  }

  async history({ since, ...filter }: HistoryRequest): Promise<readonly HistoryEntry[]> {
    const date = since === undefined ? undefined : parseIsoDate(since)
    if (since !== undefined && date === undefined) throw fail('FSIGK_TIME_INVALID', [printable(cut(since))])
    const entries = await this.settings.log.history({ ...filter, since: date })
    return entries.map((entry) => ({ ...entry, changes: this.#inForce(entry.changes) }))
  }

  async diff(from: string, to?: string): Promise<string> {
    const { log } = this.settings
    return await log.diff(await log.resolve(from), to === undefined ? log.revision : await log.resolve(to))
  }

  async show(revision?: string, file?: string): Promise<Readonly<Record<string, string>>> {
    const { log } = this.settings
    return Object.fromEntries(await log.show(revision === undefined ? log.revision : await log.resolve(revision), file))
  }

  async list(keys?: readonly string[], revision?: string): Promise<readonly SettingDescription[]> {
    const { log, catalogue } = this.settings
    const unknown = (keys ?? []).filter((key) => catalogue.find(key) === undefined)
    const refused = unknown.map((key) => `${printable(cut(key))}: ${catalogue.unknownKeyRule(key)}`).join('; ')
    if (unknown.length > 0) throw fail('FSIGK_SETTING_UNKNOWN', [refused])
    const snapshot = revision === undefined ? log.current : await log.snapshot(await log.resolve(revision))
    const rows = settingRows(catalogue, snapshot, 'en').flatMap((row) => {
      const definition = catalogue.find(row.key)
      return definition === undefined ? [] : [{ ...row, label: definition.label, help: definition.help }]
    })
    return keys === undefined ? rows : keys.flatMap((key) => rows.find((row) => row.key === key) ?? [])
  }

  async status(): Promise<GatewayStatus> {
    return this.running.status()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn
  }

  async #expected(reference: string | undefined): Promise<number | undefined> {
    return reference === undefined ? undefined : await this.settings.log.resolve(reference)
  }

  async #report({ revision, saved, changes }: Saved): Promise<SaveReport> {
    let services: readonly ServiceApplied[] = []
    if (saved) {
      const snapshot = this.settings.log.current
      await this.settings.project(snapshot)
      services = await this.running.apply(snapshot)
    }
    const { filesProblem } = this.settings
    return {
      revision,
      saved,
      changes: this.#inForce(changes),
      services,
      ...(filesProblem === undefined ? {} : { filesProblem }),
    }
  }

  /** A setting that was not set had its default in force, and that is what an administrator knows it by. */
  #inForce(changes: readonly SettingChange[]): readonly SettingChange[] {
    return changes.map(({ key, from, to }) => {
      const initial = this.settings.catalogue.find(key)?.default ?? null
      return { key, from: from ?? initial, to: to ?? initial }
    })
  }

  /** One save after the other, each applied before the next one is stored, so that each report tells of its own. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(() => {
      if (this.running.isStopping()) throw fail('FSIGK_STOPPING', [])
      return work()
    })
    this.#turn = turn.catch(() => {})
    return turn
  }
}
