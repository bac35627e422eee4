/**
 * The running gateway: one supervisor process that holds the lock of its home, the settings, the listening sockets and
 * the workers of every service. Nothing of a plugin runs in it.
 */
import type { SettingsSnapshot } from '@fsigk/config'
import type { GatewayStatus, ServiceApplied } from './administration/administration.js'
import type { Administration } from './administration/calls.js'
import { administrationRoom, settingsAdministration } from './administration/settings-administration.js'
import { ConfirmWatch } from './confirm/confirm-watch.js'
import type { Rates } from './confirm/rates.js'
import type { Home } from './home.js'
import { probePlugin } from './isolation/probe-plugin.js'
import type { LogOutputs } from './log-outputs/log-outputs.js'
import type { NoticeQueue } from './notices/notice-queue.js'
import type { OpenedSettings } from './open-settings.js'
import type { FoundPlugin } from './plugins/found-plugin.js'
import type { PluginChanges } from './plugins/known-plugins.js'
import type { StructuredLog } from './structured-log.js'
import type { Outages } from './supervisor/outages.js'
import { pluginStatuses } from './supervisor/plugin-statuses.js'
import type { PluginWatch } from './supervisor/plugin-watch.js'
import type { Services } from './supervisor/services.js'

/** A signal so soon after another is the same wish: a terminal and a launcher may both pass one on. */
const SAME_WISH_MS = 1_000

/** SIGHUP ends it; this is for whoever forgets to. */
const HOLD_MS = 30_000

export interface GatewayParts {
  readonly home: Home
  readonly version: string
  readonly settings: OpenedSettings
  readonly services: Services
  readonly outputs: LogOutputs
  readonly notices: NoticeQueue
  readonly watch: PluginWatch
  /** Of all services together. */
  readonly rates: Rates
  readonly outages: Outages
  readonly log: StructuredLog
  /** All that is to be given back at the end, the services' stop included. */
  readonly resources: AsyncDisposableStack
}

export class RunningGateway implements AsyncDisposable {
  readonly administration: Administration
  /** Settles when the gateway has stopped, whoever told it to; rejects when something could not be given back. */
  readonly ended: Promise<void>

  readonly #parts: GatewayParts
  readonly #startedAt = new Date()
  readonly #end = Promise.withResolvers<void>()
  readonly #confirms: ConfirmWatch
  #stoppingSince: number | undefined

  constructor(parts: GatewayParts) {
    this.#parts = parts
    this.ended = this.#end.promise
    const room = administrationRoom(parts.settings, {
      apply: (snapshot) => this.#apply(snapshot),
      tryPlugin: (found) => this.#tryPlugin(found),
      usePlugins: (changes, snapshot) => this.#usePlugins(changes, snapshot),
      status: () => this.status(),
      watch: () => this.#confirms.look(),
      isStopping: () => this.#stoppingSince !== undefined,
    })
    this.#confirms = parts.resources.use(new ConfirmWatch(room, parts.rates, parts.log))
    this.administration = settingsAdministration(room)
  }

  /** Watches over a revision that waits to be confirmed since before the start, and meets its guards first. */
  async watchConfirm(): Promise<void> {
    await this.#confirms.begin(this.#applied(this.#parts.settings.log.current))
  }

  status(): GatewayStatus {
    const { home, version, settings, services, outputs, notices, watch, outages } = this.#parts
    const { filesProblem, confFiles, log } = settings
    const verdictCache = services.verdictCache(log.current)
    return {
      state: this.#stoppingSince === undefined ? 'running' : 'stopping',
      version,
      home: home.path,
      pid: process.pid,
      startedAt: this.#startedAt.toISOString(),
      revision: log.revision,
      services: services.groups.map((service) => service.status()),
      plugins: pluginStatuses(settings, [...services.groups, outputs, notices], watch),
      logOutputs: outputs.status(),
      outages: outages.status(),
      ...(verdictCache === undefined ? {} : { verdictCache }),
      editedFiles: confFiles.edited,
      ...(filesProblem === undefined ? {} : { filesProblem }),
    }
  }

  /** What SIGUSR2 means: for a moment nothing is written to logs, which somebody copies and cuts off (`copytruncate`). */
  holdLogs(): void {
    this.#parts.services.holdLogs(HOLD_MS)
    this.#parts.outputs.hold(HOLD_MS)
  }

  /**
   * What SIGHUP means: logs are opened anew, hand edits of conf/ taken in, plugins that came or went are known, and those
   * at work look at their files again.
   */
  async reread(): Promise<void> {
    if (this.#stoppingSince !== undefined) return
    const { settings, services, outputs, log } = this.#parts
    log.reopen()
    services.reopenLogs()
    const reopened = outputs.reopen()
    log.info('reading again')
    await this.administration.reloadPlugins({}).catch((error: unknown) => log.error('plugins not reloaded', { error }))
    await this.#takeInEdits()
    const current = settings.log.secrets.opened(settings.log.current)
    await Promise.all([reopened, services.apply(current, true)])
  }

  /**
   * Stops: accepts no more, lets what is under way finish for at most `common.drain_timeout`, ends the workers. Wished
   * again a while later, it ends at once what is still under way. Resolves when all is over.
   *
   * @param signal what the log names as the reason
   */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const now = performance.now()
    if (this.#stoppingSince === undefined) {
      this.#stoppingSince = now
      void this.#stop(signal)
    } else if (now - this.#stoppingSince > SAME_WISH_MS) {
      this.#parts.services.hurry()
    }
    await this.ended
  }

  /** Stops after this turn of the event loop, so that whoever asked is answered first. */
  stopSoon(): { readonly pid: number } {
    setImmediate(() => void this.stop())
    return { pid: process.pid }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  /** What cannot be taken in stays where it is, and the settings stay in force. */
  async #takeInEdits(): Promise<void> {
    const { log } = this.#parts
    try {
      const { revision, saved, changes } = await this.administration.importFiles({ actor: 'fsigk' })
      if (saved) log.info('hand edits taken in', { revision, keys: changes.map(({ key }) => key) })
    } catch (error) {
      log.error('hand edits not taken in', { error })
    }
  }

  async #apply(saved: SettingsSnapshot): Promise<readonly ServiceApplied[]> {
    const { settings, services, outputs, notices, watch } = this.#parts
    // From here on it goes to those who need the secrets.
    const snapshot = settings.log.secrets.opened(saved)
    watch.configure(snapshot)
    outputs.apply(snapshot)
    notices.apply(snapshot)
    await services.apply(snapshot)
    outputs.retire()
    return this.#applied(snapshot)
  }

  #applied(snapshot: SettingsSnapshot): readonly ServiceApplied[] {
    return this.#parts.services.groups.map((service) => {
      const { name, state, revision, because } = service.status()
      const applied = because === undefined && revision >= snapshot.revision
      return { name, applied, off: state === 'off', revision, ...(because === undefined ? {} : { because }) }
    })
  }

  async #usePlugins(changes: PluginChanges, snapshot: SettingsSnapshot): Promise<readonly ServiceApplied[]> {
    const { settings, services, watch, log } = this.#parts
    const { added, changed, removed, leftOut } = changes
    for (const plugin of leftOut) log.error('plugin left out', { ...plugin })
    // What a plugin did is not the fault of the one that replaced it.
    for (const id of [...changed, ...removed]) watch.forget(id)
    services.use(settings.plugins, snapshot)
    if (added.length + changed.length + removed.length > 0) {
      const data = { added: [...added], changed: [...changed], removed: [...removed] }
      log.info('plugins reloaded', data)
      await settings.operations.append({ type: 'PluginsReloaded', data }).catch((error: unknown) => {
        log.error('fact not kept', { error })
      })
    }
    return await this.#apply(snapshot)
  }

  async #tryPlugin(found: FoundPlugin): Promise<void> {
    const { kind } = found
    if (kind === 'protocol') return
    const { home, log } = this.#parts
    await probePlugin(
      { ...found, kind },
      { log: log.of({ plugin: found.id }), databases: home.databases, logs: home.logs },
    )
  }

  async #stop(signal: NodeJS.Signals): Promise<void> {
    const { services, log, resources } = this.#parts
    log.info('gateway stopping', { signal })
    try {
      await services.stop(signal)
      log.info('gateway stopped')
      await resources.disposeAsync()
      this.#end.resolve()
    } catch (error) {
      this.#end.reject(error)
    }
  }
}
