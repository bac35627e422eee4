/**
 * Where lines of the four logs go besides files: commands and log sinks, one of each for all workers of a service. The
 * supervisor owns them; workers hand their lines over and never wait.
 */
import type { OperationsLog, SettingsSnapshot } from '@fsigk/config'
import { type ForwardedLines, logRoutesOf, type ServiceLogName, serviceLogNames } from '@fsigk/gateway'
import type { Log } from '@fsigk/plugin-api'
import type { Home } from '../home.js'
import { CommandOutput } from './command-output.js'
import type { LogOutputStatus, OutputAlarm } from './output-health.js'

/** The supervisor's own logs of a service. */
export interface OwnLogs {
  append(log: ServiceLogName, lines: string): void
  /** A message of error.log. */
  fault(message: string): void
}

export class LogOutputs implements AsyncDisposable {
  readonly #services = new Map<string, OwnLogs>()
  /** By the setting that names the command. */
  readonly #commands = new Map<string, CommandOutput>()
  readonly #ending = new Set<Promise<unknown>>()
  #wanted: ReadonlySet<string> = new Set()

  constructor(
    private readonly home: Home,
    private readonly log: Log,
    private readonly operations: OperationsLog,
  ) {}

  /** Makes a service known. */
  serve(service: string, logs: OwnLogs): void {
    this.#services.set(service, logs)
  }

  /** Starts what these settings want. Commands that they no longer want run on until `retire`. */
  apply(snapshot: SettingsSnapshot): void {
    const wanted = new Map<string, { readonly command: string; readonly atOnce: boolean }>()
    for (const service of this.#services.keys()) {
      const routes = logRoutesOf(snapshot, this.home.logs, service)
      const atOnce = snapshot.values[service]?.[`${service}_service`] === true
      for (const name of serviceLogNames) {
        const route = routes[name]
        if ('command' in route) wanted.set(settingOf(service, name), { command: route.command, atOnce })
      }
    }
    this.#wanted = new Set(wanted.keys())
    for (const [setting, { command, atOnce }] of wanted) {
      const output = this.#output(setting, command)
      if (atOnce) output.start()
    }
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
  wantedLogs(_service: string): readonly ServiceLogName[] {
    return []
  }

  /** Takes lines of a service. Never blocks. */
  take(service: string, { log, lines, written }: ForwardedLines): void {
    if (written) return
    const command = this.#commands.get(settingOf(service, log))
    if (command !== undefined) command.push(lines)
    // From a worker of earlier settings: the command is gone, so they go where the log is now.
    else this.#services.get(service)?.append(log, lines)
  }

  /** After rotation. */
  reopen(): void {
    for (const command of this.#commands.values()) command.reopen()
  }

  status(): readonly LogOutputStatus[] {
    return [...this.#commands.values()].map((command) => command.status())
  }

  /** Ends them all, each when it has had what waits for it or its time is over. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const command of this.#commands.values()) this.#end(command)
    this.#commands.clear()
    await Promise.all(this.#ending)
  }

  /** The command of a setting; another text is another command, and the one before has had its last line. */
  #output(setting: string, command: string): CommandOutput {
    const present = this.#commands.get(setting)
    if (present?.command === command) return present
    if (present !== undefined) this.#end(present)
    const { home, log } = this
    const output = new CommandOutput({ name: setting, command, home: home.path, log, alarm: this.#alarm(setting) })
    this.#commands.set(setting, output)
    return output
  }

  #end(output: CommandOutput): void {
    const ending: Promise<boolean> = output.end().then(() => this.#ending.delete(ending))
    this.#ending.add(ending)
  }

  /** A trouble stands in the structured log, in error.log of the service, and among the facts of operations. */
  #alarm(setting: string): OutputAlarm {
    const logs = this.#services.get(setting.slice(0, setting.indexOf('.')))
    return {
      failed: (output, because) => {
        this.log.error('log output failed', { output, because })
        logs?.fault(`log: [${output}] ${because}`)
        this.#note('LogOutputFailed', { output, because })
      },
      recovered: (output, lostLines) => {
        this.log.warn('log output recovered', { output, lostLines })
        const lost = lostLines === 0 ? 'no line was left out' : `${lostLines} lines were left out`
        logs?.fault(`log: [${output}] takes lines again, ${lost}`)
        this.#note('LogOutputRecovered', { output, lostLines })
      },
    }
  }

  #note(type: string, data: Readonly<Record<string, string | number>>): void {
    this.operations.append({ type, data: { ...data } }).catch((error: unknown) => {
      this.log.error('fact not kept', { type, error })
    })
  }
}

function settingOf(service: string, log: ServiceLogName): string {
  return `${service}.${log}_log`
}
