/**
 * Where lines of the four logs go besides files: commands, one for each log of a service that names one, and log sinks,
 * which take lines of all services. The supervisor owns them; workers hand their lines over and never wait.
 */
import { isDeepStrictEqual } from 'node:util'
import type { OperationsLog, SettingsSnapshot } from '@fsigk/config'
import { type ForwardedLines, logRoutesOf, type ServiceLogName, serviceLogNames } from '@fsigk/gateway'
import type { Home } from '../home.js'
import type { Deadlines } from '../plugins/deadline.js'
import type { FoundPlugin } from '../plugins/found-plugin.js'
import type { StructuredLog } from '../structured-log.js'
import type { PluginUse } from '../supervisor/service-status.js'
import { CommandOutput } from './command-output.js'
import type { LogOutputStatus, OutputAlarm } from './output-health.js'
import { SinkOutput } from './sink-output.js'
import { type SinkWishes, sinkWishesOf } from './sink-wishes.js'

/** What outputs are given by the gateway as a whole. */
export interface LogOutputsResources {
  readonly home: Home
  readonly log: StructuredLog
  readonly operations: OperationsLog
  readonly deadlines: Deadlines
  /** The plugins that are installed at this moment, by id. */
  readonly plugin: (id: string) => FoundPlugin | undefined
}

/** A service as outputs see it: the supervisor's own logs of it, and its workers. */
export interface LoggingService {
  /** Lines of a worker that belong into the log's file. */
  append(log: ServiceLogName, lines: string): void
  /** A message of error.log. */
  fault(message: string): void
  /** Tells which logs log sinks take. */
  wantLogs(logs: readonly ServiceLogName[]): void
}

interface Sink {
  readonly output: SinkOutput
  /** The plugin that it was started from. */
  readonly found: FoundPlugin | undefined
  wishes: SinkWishes
}

export class LogOutputs implements AsyncDisposable {
  readonly #services = new Map<string, LoggingService>()
  /** By the setting that names the command. */
  readonly #commands = new Map<string, CommandOutput>()
  /** By id. */
  readonly #sinks = new Map<string, Sink>()
  readonly #ending = new Set<Promise<unknown>>()
  #wanted: ReadonlySet<string> = new Set()
  #snapshot: SettingsSnapshot | undefined
  #disposed = false

  constructor(private readonly resources: LogOutputsResources) {}

  /** Makes a service known. @returns what makes it forgotten; its commands end with the next `retire` */
  serve(service: string, logging: LoggingService): () => void {
    this.#services.set(service, logging)
    return () => {
      if (this.#services.get(service) === logging) this.#services.delete(service)
    }
  }

  /** Starts what these settings want. Commands that they no longer want run on until `retire`. */
  apply(snapshot: SettingsSnapshot): void {
    // Settings that were on their way when the gateway stopped start nothing any more.
    if (this.#disposed) return
    this.#snapshot = snapshot
    this.#applyCommands(snapshot)
    this.#applySinks(snapshot)
  }

  /** Ends commands that the settings no longer want, once no worker gives them lines. */
  retire(): void {
    for (const [setting, output] of this.#commands)
      if (!this.#wanted.has(setting)) {
        this.#commands.delete(setting)
        this.#end(output)
      }
  }

  /** Logs of a service whose lines log sinks take. */
  wantedLogs(service: string): readonly ServiceLogName[] {
    const sinks = [...this.#sinks.values()]
    return serviceLogNames.filter((name) => sinks.some(({ wishes }) => wishes.takes(name, service)))
  }

  /** Takes lines of a service. Never blocks. */
  take(service: string, { log, lines, written }: ForwardedLines): void {
    for (const { output, wishes } of this.#sinks.values())
      if (wishes.takes(log, service)) output.push(log, service, lines)
    if (written) return
    const command = this.#commands.get(settingOf(service, log))
    if (command !== undefined) command.push(lines)
    // From a worker of earlier settings: the command is gone, so they go where the log is now.
    else this.#services.get(service)?.append(log, lines)
  }

  /** Commands are given nothing for so long, or until `reopen`: they may write into files that are being copied. */
  hold(ms: number): void {
    for (const command of this.#commands.values()) command.hold(ms)
  }

  /** After rotation: files are opened anew. */
  async reopen(): Promise<void> {
    for (const command of this.#commands.values()) command.reopen()
    const { values } = this.#snapshot ?? { values: {} as SettingsSnapshot['values'] }
    await Promise.all(
      [...this.#sinks.values()].map(({ output, wishes }) => output.apply(values[wishes.section] ?? {}, true)),
    )
  }

  status(): readonly LogOutputStatus[] {
    const sinks = [...this.#sinks.values()].map(({ output }) => output)
    return [...this.#commands.values(), ...sinks].map((output) => output.status())
  }

  /** What is made of plugins, by id. */
  pluginsInUse(): ReadonlyMap<string, PluginUse> {
    return new Map(
      [...this.#sinks].map(([id, { output }]) => {
        const { state, because = '' } = output.status()
        return [id, state === 'down' ? { state, problem: because } : { state: 'running' }]
      }),
    )
  }

  /** Ends them all, each when it has had what waits for it or its time is over. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true
    for (const command of this.#commands.values()) this.#end(command)
    for (const { output } of this.#sinks.values()) this.#end(output)
    this.#commands.clear()
    this.#sinks.clear()
    await Promise.all(this.#ending)
  }

  #applyCommands(snapshot: SettingsSnapshot): void {
    const wanted = new Set<string>()
    for (const service of this.#services.keys()) {
      const routes = logRoutesOf(snapshot, this.resources.home.logs, service)
      const isOn = snapshot.values[service]?.[`${service}_service`] === true
      for (const name of serviceLogNames) {
        const route = routes[name]
        if (!('command' in route)) continue
        wanted.add(settingOf(service, name))
        const output = this.#command(settingOf(service, name), route.command)
        // That of a service that is off is started by its first line.
        if (isOn) output.start()
      }
    }
    this.#wanted = wanted
  }

  /** The command of a setting; another text is another command, and the one before has had its last line. */
  #command(setting: string, command: string): CommandOutput {
    const present = this.#commands.get(setting)
    if (present?.command === command) return present
    if (present !== undefined) this.#end(present)
    const { home, log } = this.resources
    const service = setting.slice(0, setting.indexOf('.'))
    const output = new CommandOutput({ name: setting, command, home: home.path, log, alarm: this.#alarm([service]) })
    this.#commands.set(setting, output)
    return output
  }

  #applySinks(snapshot: SettingsSnapshot): void {
    const { plugin } = this.resources
    const wishes = sinkWishesOf(snapshot, plugin)
    // Plugins are looked for often, and a sink that is the same as before keeps what it has open.
    for (const [id, { output, found }] of this.#sinks)
      if (!wishes.has(id) || !isDeepStrictEqual(found, plugin(id))) {
        this.#sinks.delete(id)
        this.#end(output)
      }
    for (const [id, wished] of wishes) {
      const sink = this.#sinks.get(id) ?? this.#newSink(id, wished)
      sink.wishes = wished
      void sink.output.apply(snapshot.values[wished.section] ?? {})
    }
    for (const [service, logging] of this.#services) logging.wantLogs(this.wantedLogs(service))
  }

  #newSink(id: string, wishes: SinkWishes): Sink {
    const { plugin, home, deadlines, log } = this.resources
    const found = plugin(id)
    const { databases, logs } = home
    const output = new SinkOutput({
      id,
      found,
      folders: { databases, logs },
      deadlines,
      log: log.of({ plugin: id }),
      alarm: this.#alarm(),
    })
    const sink = { output, found, wishes }
    this.#sinks.set(id, sink)
    return sink
  }

  #end(output: { end(): Promise<void> }): void {
    const ending: Promise<boolean> = output.end().then(() => this.#ending.delete(ending))
    this.#ending.add(ending)
  }

  /**
   * A trouble stands in the structured log, in error.log, and among the facts of operations.
   * @param services whose error.log tells of it; all when not given
   */
  #alarm(services?: readonly string[]): OutputAlarm {
    const fault = (message: string) => {
      for (const name of services ?? this.#services.keys()) this.#services.get(name)?.fault(message)
    }
    const { log } = this.resources
    return {
      failed: (output, because) => {
        log.error('log output failed', { output, because })
        fault(`log: [${output}] ${because}`)
        this.#note('LogOutputFailed', { output, because })
      },
      recovered: (output, lostLines) => {
        log.warn('log output recovered', { output, lostLines })
        fault(`log: [${output}] takes lines again, lines left out: ${lostLines}`)
        this.#note('LogOutputRecovered', { output, lostLines })
      },
    }
  }

  #note(type: string, data: Readonly<Record<string, string | number>>): void {
    this.resources.operations.append({ type, data: { ...data } }).catch((error: unknown) => {
      this.resources.log.error('fact not kept', { type, error })
    })
  }
}

function settingOf(service: string, log: ServiceLogName): string {
  return `${service}.${log}_log`
}
