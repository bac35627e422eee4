/** `log/fsigk.log`: what the program itself has to say, one JSON object a line. Supervisor and workers all append to it. */
import type { Log } from '@fsigk/plugin-api'
import { destination, type Logger, pino, stdSerializers } from 'pino'
import { fail } from './errors.js'
import { problemOf } from './home.js'

export interface StructuredLog extends Log, Disposable {
  /** A log whose every line carries these facts. */
  of(facts: Readonly<Record<string, string | number>>): Log
  /** Opens the file anew, after a rotation moved it away. */
  reopen(): void
}

/**
 * @param process which process writes: `supervisor`, `http 0`
 * @throws FSIGK_HOME_NOT_WRITABLE
 */
export function openStructuredLog(file: string, process: string): StructuredLog {
  try {
    // Synchronous: these lines are few, and the last ones before a crash are those that matter.
    const stream = destination({ dest: file, append: true, sync: true, mode: 0o640 })
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
      stream,
    )
    return {
      ...logOf(logger),
      of: (facts) => logOf(logger.child(facts)),
      reopen: () => stream.reopen(),
      [Symbol.dispose]: () => stream.end(),
    }
  } catch (cause) {
    throw fail('FSIGK_HOME_NOT_WRITABLE', [file, problemOf(cause)], { cause })
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
