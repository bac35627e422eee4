/** `log/fsigk.log`: what the program itself has to say, one JSON object a line. Supervisor and workers all append to it. */
import { closeSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '@fsigk/gateway/parts'
import type { Log } from '@fsigk/plugin-api'
import { destination, type Logger, pino, stdSerializers } from 'pino'
import { fail } from './errors.js'
import { problemOf } from './home.js'

const FILE_MODE = 0o640
const FOLDER_MODE = 0o700
const UNSAFE = /[^\x20-\x7e\n]/g

export interface StructuredLog extends Log, Disposable {
  /** A log whose every line carries these facts. */
  of(facts: Readonly<Record<string, string | number>>): Log
  /** Opens the file anew, after a rotation moved it away. While it cannot be opened, the log goes on where it was. */
  reopen(): void
}

/**
 * @param process which process writes: `supervisor`, `http 0`
 * @throws FSIGK_HOME_NOT_WRITABLE
 */
export function openStructuredLog(file: string, process: string): StructuredLog {
  try {
    // Synchronous: these lines are few, and the last ones before a crash are those that matter.
    const stream = destination({ dest: file, append: true, sync: true, mode: FILE_MODE })
    // A full disk must not end the gateway; what it cannot say it does not say.
    stream.on('error', () => {})
    const logger = pino(
      {
        base: { process },
        timestamp: () => `,"time":"${new Date().toISOString()}"`,
        formatters: { level: (level) => ({ level }) },
        messageKey: 'event',
        serializers: { cause: stdSerializers.errWithCause, error: stdSerializers.errWithCause },
      },
      { write: (line: string) => stream.write(line.replace(UNSAFE, escaped)) },
    )
    return {
      ...logOf(logger),
      of: (facts) => logOf(logger.child(facts)),
      reopen: () => {
        if (canBeOpened(file, logger)) stream.reopen()
      },
      [Symbol.dispose]: () => stream.end(),
    }
  } catch (cause) {
    throw fail('FSIGK_HOME_NOT_WRITABLE', [file, problemOf(cause)], { cause })
  }
}

/** Asked before the stream is, which would be left with a descriptor to close twice. */
function canBeOpened(file: string, logger: Logger): boolean {
  try {
    makeFolder(dirname(file), FOLDER_MODE)
    closeSync(openSync(file, 'a', FILE_MODE))
    return true
  } catch (error) {
    logger.error({ error }, 'log not reopened')
    return false
  }
}

function logOf(logger: Logger): Log {
  return {
    debug: (event, data) => logger.debug(data ?? {}, event),
    info: (event, data) => logger.info(data ?? {}, event),
    warn: (event, data) => logger.warn(data ?? {}, event),
    error: (event, data) => logger.error(data ?? {}, event),
  }
}

/** `\u009b`: the same text to every reader of JSON, and no command to a terminal. JSON itself escapes only some. */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
