/**
 * The four logs of a service: access.log, detect.log, error.log and info.log (guide 9.1). The lines of one turn of the
 * event loop leave together, one write a file; `flush` writes them at once, which `converse` does before it gives a
 * connection back.
 */
import type { LogFile, LogFileEvent } from './log-file.js'
import { defaultRoutes, type LogRoutes, type ServiceLogName, serviceLogNames } from './log-routes.js'
import { ERROR_MARK, type MessagePlace, messageLine } from './prefix.js'
import { type ForwardLines, ServiceLog } from './service-log.js'

const RETRY_MS = 1000

export interface ServiceLogsOptions {
  /** Where the logs go; without them, into the files of the service's folder. */
  readonly routes?: LogRoutes
  /** Takes the lines of logs that go to a command or to a sink. */
  readonly forward?: ForwardLines
  /** Logs that sinks take, to begin with. */
  readonly wanted?: readonly ServiceLogName[]
}

export class ServiceLogs {
  readonly #logs: Readonly<Record<ServiceLogName, ServiceLog>>
  readonly #onAlarm: (event: LogFileEvent) => void
  #scheduled = false
  #retry: NodeJS.Timeout | undefined
  #closed = false

  /**
   * @param folder the folder of all logs; those of a service are in a folder of its name
   * @param onAlarm told when a log cannot be written, and when it can again
   * @throws FSIGK_LOG_OPEN_FAILED
   */
  constructor(
    folder: string,
    service: string,
    onAlarm: (event: LogFileEvent) => void = () => undefined,
    { routes = defaultRoutes(folder, service), forward = () => undefined, wanted = [] }: ServiceLogsOptions = {},
  ) {
    this.#onAlarm = onAlarm
    const open = (name: ServiceLogName) =>
      new ServiceLog(name, forward, (event) => this.#noteEvent(event), routes[name])
    this.#logs = { access: open('access'), detect: open('detect'), info: open('info'), error: open('error') }
    this.sendToSinks(wanted)
  }

  /** @param line of `accessLine` */
  access(line: string): void {
    this.append('access', line)
  }

  /** @param line of `accessLine` */
  detect(line: string): void {
    this.append('detect', line)
  }

  /** A message of the guide's 9.1.3; `###ERROR###` is put before it. */
  error(place: MessagePlace, message: string): void {
    this.append('error', messageLine(new Date(), place, `${ERROR_MARK}${message}`))
  }

  /** A message of the guide's 9.1.4. */
  info(place: MessagePlace, message: string): void {
    this.append('info', messageLine(new Date(), place, message))
  }

  /** Lines as they are, each with its newline. */
  append(log: ServiceLogName, lines: string): void {
    this.#logs[log].append(lines)
    this.#schedule()
  }

  /**
   * From now on, lines go there; those before went where they were meant to go.
   * @throws FSIGK_LOG_OPEN_FAILED; every log stays as it was then
   */
  route(routes: LogRoutes): void {
    const opened: [ServiceLog, LogFile | undefined][] = []
    try {
      for (const name of serviceLogNames) opened.push([this.#logs[name], this.#logs[name].open(routes[name])])
    } catch (error) {
      for (const [log, file] of opened) if (!log.has(file)) file?.close()
      throw error
    }
    for (const [log, file] of opened) log.use(file)
  }

  /** These logs are wanted by sinks, the others are not. */
  sendToSinks(wanted: readonly ServiceLogName[]): void {
    for (const name of serviceLogNames) this.#logs[name].wanted = wanted.includes(name)
  }

  /** Writes all that was logged so far. */
  flush(): void {
    let waiting = false
    for (const name of serviceLogNames) {
      const log = this.#logs[name]
      log.flush()
      waiting ||= log.isWaiting
    }
    if (waiting) this.#retryLater()
  }

  /** Writes nothing into files for so long, or until `reopen`. */
  hold(ms: number): void {
    for (const name of serviceLogNames) this.#logs[name].hold(ms)
  }

  /** After rotation: the next lines go to new files. No line is lost. */
  reopen(): void {
    for (const name of serviceLogNames) this.#logs[name].reopen()
  }

  /** Writes what is left and closes the files. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#retry)
    for (const name of serviceLogNames) this.#logs[name].close()
  }

  readonly #endOfTurn = () => {
    this.#scheduled = false
    if (!this.#closed) this.flush()
  }

  #schedule(): void {
    if (this.#scheduled || this.#closed) return
    this.#scheduled = true
    setImmediate(this.#endOfTurn)
  }

  #retryLater(): void {
    if (this.#retry !== undefined || this.#closed) return
    this.#retry = setTimeout(() => {
      this.#retry = undefined
      this.flush()
    }, RETRY_MS)
    this.#retry.unref()
  }

  /** A log that had to leave lines out says so itself, once it can be written again. */
  #noteEvent(event: LogFileEvent): void {
    this.#onAlarm(event)
    if (event.is === 'failing' || this.#closed) return
    const lost = event.lostLines === 0 ? 'no line was lost' : `${event.lostLines} lines were lost`
    this.error({}, `log: [${event.path}] can be written again, ${lost}${event.reason}`)
  }
}
