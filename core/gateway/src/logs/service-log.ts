/** One of the four logs of a service in one process: its lines go to a file or to a command, and to log sinks beside. */
import { LogFile, type LogFileEvent } from './log-file.js'
import type { LogRoute, ServiceLogName } from './log-routes.js'

/** Lines that leave the process. `written`: they stand in the log's file already. */
export interface ForwardedLines {
  readonly log: ServiceLogName
  readonly lines: string
  readonly written: boolean
}

/** Takes lines at the end of a turn; must not block, and loses nothing without counting it. */
export type ForwardLines = (lines: ForwardedLines) => void

export class ServiceLog {
  /** Whether a sink takes this log. */
  wanted = false
  #file: LogFile | undefined
  #forwarded = ''

  /** @throws FSIGK_LOG_OPEN_FAILED */
  constructor(
    private readonly name: ServiceLogName,
    private readonly forward: ForwardLines,
    private readonly onEvent: (event: LogFileEvent) => void,
    route: LogRoute,
  ) {
    this.#file = this.open(route)
  }

  /** Whether something is left to write after `flush`. */
  get isWaiting(): boolean {
    return this.#file?.isWaiting ?? false
  }

  /** Takes whole lines. Nothing is written before `flush`. */
  append(lines: string): void {
    this.#file?.append(lines)
    if (this.wanted || this.#file === undefined) this.#forwarded += lines
  }

  flush(): void {
    this.#file?.flush()
    if (this.#forwarded === '') return
    const lines = this.#forwarded
    this.#forwarded = ''
    this.forward({ log: this.name, lines, written: this.#file !== undefined })
  }

  /** The file of a route, opened; undefined for a command. @throws FSIGK_LOG_OPEN_FAILED */
  open(route: LogRoute): LogFile | undefined {
    if (!('file' in route)) return undefined
    return this.#file?.path === route.file ? this.#file : new LogFile(route.file, this.onEvent)
  }

  /** Whether this is the file that lines go to. */
  has(file: LogFile | undefined): boolean {
    return file === this.#file
  }

  /** The lines so far go where they went; those from now on into this file. @param file of `open` */
  use(file: LogFile | undefined): void {
    if (file === this.#file) return
    this.flush()
    this.#file?.close()
    this.#file = file
  }

  /** @see LogFile.hold */
  hold(ms: number): void {
    this.#file?.hold(ms)
  }

  reopen(): void {
    this.flush()
    this.#file?.reopen()
  }

  close(): void {
    this.flush()
    this.#file?.close()
  }
}
