/**
 * Carries notices from the spool to the notifiers that the settings name: each notifier gets each notice once, in its own
 * process. What fails is tried again, ever more seldom, and given up after a day. The spool outlives the gateway.
 */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { SettingsSnapshot } from '@fsigk/config'
import { noticeKeyOf, type SpooledNotice, spooledNotice, writeNotice } from '@fsigk/gateway'
import { type Log, listWords } from '@fsigk/plugin-api'
import { fail, messageOf } from '../errors.js'
import type { Home } from '../home.js'
import { IsolatedPlugin } from '../isolation/isolated-plugin.js'
import type { Deadlines } from '../plugins/deadline.js'
import type { FoundPlugin } from '../plugins/found-plugin.js'
import type { PluginUse } from '../supervisor/service-status.js'
import { finishedNotice } from './finished-notice.js'
import { noticeKey } from './notice-key.js'

const LOOK_EVERY_MS = 500
const NOTIFY_LIMIT_MS = 60_000
const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 300_000
const GIVE_UP_MS = 86_400_000

export interface NoticeQueueResources {
  readonly home: Home
  readonly hostName: string
  readonly log: Log
  readonly deadlines: Deadlines
  readonly plugin: (id: string) => FoundPlugin | undefined
  /** A message in error.log of a service. */
  readonly fault: (service: string, message: string) => void
}

interface Notifier {
  readonly found: FoundPlugin | undefined
  started: Promise<IsolatedPlugin<'notifier'>> | undefined
  problem: string | undefined
}

interface Attempt {
  times: number
  notBefore: number
}

export class NoticeQueue implements AsyncDisposable {
  readonly #notifiers = new Map<string, Notifier>()
  /** By notice and notifier. */
  readonly #attempts = new Map<string, Attempt>()
  /** By notice: until then, each notifier that it waits for is left in peace. */
  readonly #restUntil = new Map<string, number>()
  readonly #stopping = new AbortController()
  #snapshot: SettingsSnapshot | undefined
  #timer: NodeJS.Timeout | undefined
  #turn: Promise<void> = Promise.resolve()

  constructor(private readonly resources: NoticeQueueResources) {
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS).unref()
  }

  /** From now on, these notifiers are told, under these settings. */
  apply(snapshot: SettingsSnapshot): void {
    this.#snapshot = snapshot
    this.#restUntil.clear()
    const wanted = listWords(String(snapshot.values['plugins']?.['notifiers'] ?? ''))
    for (const [id, notifier] of this.#notifiers)
      if (!wanted.includes(id) || !isDeepStrictEqual(notifier.found, this.resources.plugin(id))) {
        this.#notifiers.delete(id)
        void this.#stop(notifier)
      }
    for (const id of wanted)
      if (!this.#notifiers.has(id))
        this.#notifiers.set(id, { found: this.resources.plugin(id), started: undefined, problem: undefined })
  }

  pluginsInUse(): ReadonlyMap<string, PluginUse> {
    return new Map(
      [...this.#notifiers].map(([id, { found, problem }]): [string, PluginUse] => {
        if (found === undefined) return [id, { state: 'down', problem: missing(id) }]
        return [id, problem === undefined ? { state: 'running' } : { state: 'down', problem }]
      }),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    this.#stopping.abort()
    await this.#turn
    await Promise.all([...this.#notifiers.values()].map((notifier) => this.#stop(notifier)))
  }

  #look(): void {
    this.#turn = this.#turn
      .then(() => this.#carry())
      .catch((error: unknown) => this.resources.log.error('notices stay', { error }))
  }

  async #carry(): Promise<void> {
    if (this.#stopping.signal.aborted || this.#notifiers.size === 0) return
    const folder = this.resources.home.notices
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (const name of (await readdir(folder))
      .filter((each) => each.endsWith('.json') && !each.startsWith('.'))
      .sort()) {
      if (this.#stopping.signal.aborted) return
      // All that wait for a server that is down are not read twice a second.
      if ((this.#restUntil.get(name) ?? 0) <= Date.now()) await this.#carryOne(join(folder, name), name)
    }
  }

  async #carryOne(path: string, name: string): Promise<void> {
    const notice = await this.#read(path)
    if (notice === undefined) return
    const untold = [...this.#notifiers.keys()].filter((id) => !notice.told.includes(id))
    const isOver = Date.now() - Date.parse(notice.at) > GIVE_UP_MS
    const now = isOver ? [] : untold.filter((id) => this.#notBefore(name, id) <= Date.now())
    const told = (await Promise.all(now.map(async (id) => ((await this.#tell(id, notice, name)) ? [id] : [])))).flat()
    if (isOver) this.resources.fault(notice.service, `notify_admin: given up after a day (session ${notice.session})`)
    if (isOver || told.length === untold.length) {
      await rm(path, { force: true })
      for (const id of untold) this.#attempts.delete(`${name} ${id}`)
      this.#restUntil.delete(name)
      return
    }
    const waitingFor = untold.filter((id) => !told.includes(id))
    this.#restUntil.set(name, Math.min(...waitingFor.map((id) => this.#notBefore(name, id))))
    if (told.length > 0)
      await writeNotice(this.resources.home.notices, name, { ...notice, told: [...notice.told, ...told] })
  }

  #notBefore(name: string, id: string): number {
    return this.#attempts.get(`${name} ${id}`)?.notBefore ?? 0
  }

  /** One that cannot be read was written by nobody of ours. */
  async #read(path: string): Promise<SpooledNotice | undefined> {
    try {
      return spooledNotice.parse(JSON.parse(await readFile(path, 'utf8')))
    } catch (error) {
      this.resources.log.error('notice is none', { path, error })
      await rm(path, { force: true })
      return undefined
    }
  }

  /** @returns whether it has it */
  async #tell(id: string, spooled: SpooledNotice, name: string): Promise<boolean> {
    const { hostName, log } = this.resources
    const notifier = this.#notifiers.get(id)
    if (notifier === undefined) return false
    try {
      const plugin = await this.#started(id, notifier)
      const notice = finishedNotice(spooled, name, this.#key(), hostName)
      const signal = AbortSignal.any([AbortSignal.timeout(NOTIFY_LIMIT_MS), this.#stopping.signal])
      await plugin.role.notify(notice, { settings: this.#settingsOf(notifier), signal, log })
      notifier.problem = undefined
      return true
    } catch (error) {
      if (this.#stopping.signal.aborted) return false
      this.#failed(`${name} ${id}`, spooled, notifier, messageOf(error))
      return false
    }
  }

  #failed(attemptKey: string, { service }: SpooledNotice, notifier: Notifier, problem: string): void {
    const times = (this.#attempts.get(attemptKey)?.times ?? 0) + 1
    const waitMs = Math.min(FIRST_RETRY_MS * 2 ** (times - 1), LONGEST_RETRY_MS)
    this.#attempts.set(attemptKey, { times, notBefore: Date.now() + waitMs })
    // The same fault of every notice that waits is one fault.
    if (notifier.problem !== problem) this.resources.fault(service, problem)
    notifier.problem = problem
  }

  async #started(id: string, notifier: Notifier): Promise<IsolatedPlugin<'notifier'>> {
    const { found } = notifier
    if (found === undefined) throw new Error(missing(id))
    const { home, log, deadlines } = this.resources
    const folders = { databases: home.databases, logs: home.logs }
    notifier.started ??= IsolatedPlugin.start(found, 'notifier', this.#settingsOf(notifier), {
      isolation: 'process',
      log,
      ...folders,
      deadlines,
    })
    try {
      return await notifier.started
    } catch (error) {
      notifier.started = undefined
      throw error
    }
  }

  /** @throws FSIGK_HOME_NOT_WRITABLE */
  #key(): Buffer {
    const setting = String(this.#snapshot?.values['common']?.['admin_notification_id'] ?? '')
    return noticeKeyOf(setting, noticeKey(this.resources.home.noticeKey))
  }

  #settingsOf({ found }: Notifier): unknown {
    return this.#snapshot?.values[found?.section ?? ''] ?? {}
  }

  async #stop({ started }: Notifier): Promise<void> {
    try {
      await (await started)?.stop()
    } catch (error) {
      this.resources.log.error('notifier did not stop well', { error })
    }
  }
}

function missing(id: string): string {
  return fail('FSIGK_PLUGIN_MISSING', [id, 'plugins.notifiers']).message
}
