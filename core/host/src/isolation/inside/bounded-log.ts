/** The log of an isolated plugin: lines cross to the host, so many a second, each of bounded size and always readable. */
import type { Log } from '@fsigk/plugin-api'
import { MAX_LOG_LINES, MAX_TEXT } from '../limits.js'
import type { FromPlugin } from '../messages.js'

type Data = Readonly<Record<string, unknown>>
type Level = keyof Log

const MAX_FIELDS = 32
const SECOND_MS = 1_000

export class BoundedLog implements Log {
  #left = MAX_LOG_LINES
  #dropped = 0
  #since = performance.now()

  constructor(private readonly post: (message: FromPlugin) => void) {}

  debug(event: string, data?: Data): void {
    this.#say('debug', event, data)
  }

  info(event: string, data?: Data): void {
    this.#say('info', event, data)
  }

  warn(event: string, data?: Data): void {
    this.#say('warn', event, data)
  }

  error(event: string, data?: Data): void {
    this.#say('error', event, data)
  }

  /** A log whose every line carries these facts too. */
  of(facts: Data): Log {
    const say = (level: Level) => (event: string, data?: Data) => this.#say(level, event, { ...facts, ...data })
    return { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') }
  }

  #say(level: Level, event: string, data: Data | undefined): void {
    const now = performance.now()
    if (now - this.#since > SECOND_MS) this.#nextSecond(now)
    if (this.#left === 0) {
      this.#dropped += 1
      return
    }
    this.#left -= 1
    this.post({ is: 'log', level, event: String(event).slice(0, MAX_TEXT), data: readable(data ?? {}) })
  }

  #nextSecond(now: number): void {
    this.#since = now
    this.#left = MAX_LOG_LINES
    const lines = this.#dropped
    this.#dropped = 0
    if (lines > 0) this.post({ is: 'log', level: 'warn', event: 'log lines dropped', data: { lines } })
  }
}

/** Data as JSON can hold it: whatever a plugin hands in must neither fail to cross nor be large. */
function readable(data: Data): Record<string, unknown> {
  const fields = Object.entries(data).slice(0, MAX_FIELDS)
  return Object.fromEntries(fields.map(([name, value]) => [name.slice(0, MAX_TEXT), shown(value)]))
}

function shown(value: unknown): unknown {
  switch (typeof value) {
    case 'number':
    case 'boolean':
    case 'undefined':
      return value
    case 'string':
      return value.slice(0, MAX_TEXT)
    case 'object':
      if (value instanceof Error) return `${value.stack ?? value.message}`.slice(0, MAX_TEXT)
      try {
        return (JSON.stringify(value) ?? 'null').slice(0, MAX_TEXT)
      } catch (error) {
        return `(not shown: ${(error as Error).message})`.slice(0, MAX_TEXT)
      }
    default:
      return String(value).slice(0, MAX_TEXT)
  }
}
