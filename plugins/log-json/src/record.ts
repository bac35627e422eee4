/** What a line says, as the fields of one JSON object. */
import { type MessageEnd, readAccessLine, readMessageLine } from '@fsigk/wire'

export type LogName = 'access' | 'detect' | 'error' | 'info'

/** Milliseconds since 1970 stand apart, for the time that pino writes. */
export interface LogRecord {
  readonly timeMs: number
  readonly fields: Readonly<Record<string, unknown>>
}

/**
 * @param line without its newline
 * @param nowMs the time of a line that is none of ours (a plugin may write anything), which is kept as it is
 */
export function recordOf(log: LogName, service: string, line: string, nowMs: number): LogRecord {
  const record =
    log === 'access' || log === 'detect' ? accessRecord(line, log, service) : messageRecord(line, log, service)
  return record ?? { timeMs: nowMs, fields: { log, service, line } }
}

function accessRecord(line: string, log: LogName, service: string): LogRecord | undefined {
  const read = readAccessLine(line)
  if (read === undefined) return undefined
  const { timeMs, names, details, ...facts } = read
  return { timeMs, fields: { log, ...facts, service, threats: names, details } }
}

/** `###ERROR### ` says no more than the level. */
function messageRecord(line: string, log: LogName, service: string): LogRecord | undefined {
  const read = readMessageLine(line)
  if (read === undefined) return undefined
  const { timeMs, port, slot, peer, server, message, revision, id } = read
  return {
    timeMs,
    fields: {
      log,
      service,
      port,
      slot,
      peer: known(peer),
      server: known(server),
      message: message.replace(/^###ERROR### /, ''),
      revision,
      id: id === '' ? undefined : id,
    },
  }
}

function known(end: MessageEnd): MessageEnd | undefined {
  return end.address === '' && end.name === '' ? undefined : end
}
