/**
 * A line of a log as a syslog message: RFC 5424 with structured data, or the older form of RFC 3164. Pure. Whatever a
 * line or a setting holds, the message is one line of printable ASCII.
 */
import { hostname } from 'node:os'
import { readAccessLine, readMessageLine } from '@fsigk/wire'
import { priority } from './priority.js'
import type { SyslogSettings } from './settings.js'

export type LogName = 'access' | 'detect' | 'error' | 'info'

/** RFC 5424 6: how long the parts of the header may be. */
const MAX_HOST = 255
const MAX_APP = 48
const MAX_SD_ID = 32
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/** What a message says besides the line. */
interface Facts {
  readonly timeMs: number
  readonly pid: string
  readonly params: readonly (readonly [name: string, value: string])[]
}

/**
 * @param line without its newline
 * @param nowMs the time of a line that names none
 * @param local whether it goes to the local socket, where RFC 3164's form names no host
 */
export function syslogMessage(
  log: LogName,
  service: string,
  line: string,
  settings: SyslogSettings,
  nowMs: number,
  local = false,
): Buffer {
  const facts = factsOf(log, service, line, nowMs)
  const host = headerWord(settings.host_name || hostname(), MAX_HOST)
  const app = headerWord(settings.app_name, MAX_APP)
  const pri = `<${priority(settings[`${log}_facility`], settings[`${log}_severity`])}>`
  const text = line.replaceAll(/[^\x20-\x7e]/g, '?')
  const message =
    settings.format === 'rfc5424'
      ? `${pri}1 ${new Date(facts.timeMs).toISOString()} ${host} ${app} ${facts.pid} ${log} ${structuredData(facts, settings.sd_id)} ${text}`
      : `${pri}${oldTime(new Date(facts.timeMs))} ${local ? '' : `${host} `}${app}${facts.pid === '-' ? '' : `[${facts.pid}]`}: ${text}`
  return Buffer.from(message.slice(0, settings.max_message), 'latin1')
}

function factsOf(log: LogName, service: string, line: string, nowMs: number): Facts {
  if (log === 'access' || log === 'detect') {
    const read = readAccessLine(line)
    if (read === undefined) return { timeMs: nowMs, pid: '-', params: [['service', service]] }
    const { timeMs, pid, revision, id, action, result } = read
    const params = [
      ['service', service],
      ['revision', `${revision}`],
      ['id', id],
      ['result', result],
      ['action', action],
    ] as const
    return { timeMs, pid: `${pid}`, params }
  }
  const read = readMessageLine(line)
  if (read === undefined) return { timeMs: nowMs, pid: '-', params: [['service', service]] }
  const { timeMs, revision, id } = read
  const params: [string, string][] = [['service', service]]
  if (revision !== undefined) params.push(['revision', `${revision}`])
  if (id !== '') params.push(['id', id])
  return { timeMs, pid: '-', params }
}

/** RFC 5424 6.3. */
function structuredData({ params }: Facts, id: string): string {
  const pairs = params.map(([name, value]) => `${name}="${paramValue(value)}"`)
  return `[${sdId(id)} ${pairs.join(' ')}]`
}

function paramValue(value: string): string {
  return value.replaceAll(/[^\x20-\x7e]/g, '?').replaceAll(/["\\\]]/g, '\\$&')
}

function sdId(id: string): string {
  return id.replaceAll(/[^\x21-\x7e]|[="\]]/g, '').slice(0, MAX_SD_ID) || 'fsigk@32473'
}

/** Printable, without spaces, bounded; `-` when nothing is left. */
function headerWord(text: string, max: number): string {
  return text.replaceAll(/[^\x21-\x7e]/g, '').slice(0, max) || '-'
}

/** `Oct 12 20:00:31`, local time. */
function oldTime(at: Date): string {
  const two = (part: number): string => String(part).padStart(2, '0')
  const day = String(at.getDate()).padStart(2, ' ')
  return `${MONTHS[at.getMonth()]} ${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}
