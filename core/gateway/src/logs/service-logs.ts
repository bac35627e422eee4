/**
 * The four logs of a service: access.log, detect.log, error.log and info.log (guide 9.1). The lines of one turn of the
 * event loop leave together, one write a file; `flush` writes them at once, which `converse` does before it gives a
 * connection back.
 */
import { join } from 'node:path'
import { LogFile, type LogFileEvent } from './log-file.js'
import { ERROR_MARK, type MessagePlace, messageLine } from './prefix.js'

export type ServiceLogName = 'access' | 'detect' | 'error' | 'info'

const RETRY_MS = 1000

export class ServiceLogs {
  readonly #access: LogFile
  readonly #detect: LogFile
  readonly #error: LogFile
  readonly #info: LogFile
  readonly #onAlarm: (event: LogFileEvent) => void
  #scheduled = false
  #retry: NodeJS.Timeout | undefined
  #closed = false

  /**
   * @param folder the folder of all logs; those of a service are in a folder of its name
   * @param onAlarm told when a log cannot be written, and when it can again
   * @throws FSIGK_LOG_OPEN_FAILED
   */
  constructor(folder: string, service: string, onAlarm: (event: LogFileEvent) => void = () => undefined) {
    this.#onAlarm = onAlarm
    const open = (name: ServiceLogName) =>
      new LogFile(join(folder, service, `${name}.log`), (event) => this.#noteEvent(event))
    this.#access = open('access')
    this.#detect = open('detect')
    this.#error = open('error')
    this.#info = open('info')
  }

  /** @param line of `accessLine` */
  access(line: string): void {
    this.#access.append(line)
    this.#schedule()
  }

  /** @param line of `accessLine` */
  detect(line: string): void {
    this.#detect.append(line)
    this.#schedule()
  }

  /** A message of the guide's 9.1.3; `###ERROR###` is put before it. */
  error(place: MessagePlace, message: string): void {
    this.#error.append(messageLine(new Date(), place, `${ERROR_MARK}${message}`))
    this.#schedule()
  }

  /** A message of the guide's 9.1.4. */
  info(place: MessagePlace, message: string): void {
    this.#info.append(messageLine(new Date(), place, message))
    this.#schedule()
  }

  /** Writes all that was logged so far. */
  flush(): void {
    let waiting = false
    for (const file of this.#files()) {
      file.flush()
      waiting ||= file.isWaiting
    }
    if (waiting) this.#retryLater()
  }

  /** After rotation: the next lines go to new files. No line is lost. */
  reopen(): void {
    for (const file of this.#files()) file.reopen()
  }

  /** Writes what is left and closes the files. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#retry)
    for (const file of this.#files()) file.close()
  }

  #files(): readonly LogFile[] {
    return [this.#access, this.#detect, this.#info, this.#error]
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
