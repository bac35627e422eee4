import { accessSync, constants, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Folders, inject, injectable, Log, type LogSink } from '@fsigk/plugin-api'
import { type Logger, pino } from 'pino'
import { fail } from './errors.js'
import { JsonFile } from './json-file.js'
import { type LogName, recordOf } from './record.js'
import type { JsonSinkSettings } from './settings.js'

const RETRY_MS = 1_000
const LEVELS = { access: 'info', detect: 'warn', error: 'error', info: 'info' } as const
const UNSAFE = /[^\x20-\x7e\n]/g

/** Writes each line as one JSON object: `<folder>/<service>/<log>.json`. */
@injectable()
export class JsonSink implements LogSink<JsonSinkSettings> {
  #folder = ''
  /** By path. Services and logs are few, and the host's own. */
  readonly #files = new Map<string, JsonFile>()
  readonly #logger: Logger
  #text = ''
  #retry: NodeJS.Timeout | undefined

  constructor(
    @inject(Folders) private readonly folders: Folders,
    @inject(Log) private readonly log: Log,
  ) {
    this.#logger = pino(
      { base: null, timestamp: false, formatters: { level: (level) => ({ level }) } },
      // What comes out is ASCII whatever a value holds, so that no terminal takes it for a command.
      {
        write: (text: string) => {
          this.#text += text.replace(UNSAFE, escaped)
        },
      },
    )
  }

  /** @throws FSIGK_LOG_JSON_FOLDER */
  async start(settings: JsonSinkSettings): Promise<void> {
    this.#folder = this.#usable(settings)
    this.#retry = setInterval(() => this.#flush(), RETRY_MS)
  }

  /** Opens its files anew. @throws FSIGK_LOG_JSON_FOLDER; it goes on where it was then */
  async reload(settings: JsonSinkSettings): Promise<void> {
    const folder = this.#usable(settings)
    for (const file of this.#files.values()) file.reopen()
    if (folder === this.#folder) return
    this.#close()
    this.#folder = folder
  }

  async stop(): Promise<void> {
    clearInterval(this.#retry)
    this.#close()
    this.#folder = ''
  }

  write(log: LogName, service: string, lines: string): void {
    if (this.#folder === '') return
    for (const line of lines.split('\n')) {
      if (line === '') continue
      const { timeMs, fields } = recordOf(log, service, line, Date.now())
      this.#logger[LEVELS[log]]({ time: new Date(timeMs).toISOString(), ...fields })
    }
    const text = this.#text
    this.#text = ''
    this.#file(join(this.#folder, service, `${log}.json`)).append(text)
  }

  #file(path: string): JsonFile {
    let file = this.#files.get(path)
    if (file === undefined) {
      file = new JsonFile(path, {
        failing: (failing, problem) => this.log.error('log cannot be written', { path: failing, problem }),
        recovered: (recovered, lostLines) => this.log.warn('log can be written again', { path: recovered, lostLines }),
      })
      this.#files.set(path, file)
    }
    return file
  }

  #flush(): void {
    for (const file of this.#files.values()) file.flush()
  }

  #close(): void {
    for (const file of this.#files.values()) file.close()
    this.#files.clear()
  }

  #usable({ folder }: JsonSinkSettings): string {
    const path = folder === '' ? this.folders.logs : folder
    try {
      mkdirSync(path, { recursive: true })
      accessSync(path, constants.W_OK | constants.X_OK)
      return path
    } catch (cause) {
      throw fail('FSIGK_LOG_JSON_FOLDER', [path, (cause as Error).message], { cause })
    }
  }
}

/** `\u001b`: the same text to every reader of JSON. */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
