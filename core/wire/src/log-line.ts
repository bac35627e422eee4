/**
 * Lines of the gateway's own logs (guide 9.1), taken apart: those of access.log and detect.log, and those of error.log
 * and info.log. Values are decoded, so that they may hold anything; whoever shows them encodes them for that place.
 */

/** What was detected, and what became of it. Empty texts and lists where the line says nothing. */
export interface AccessLine {
  /** Milliseconds since 1970. */
  readonly timeMs: number
  readonly elapsedMs: number
  readonly client: string
  readonly status: number
  readonly bytes: number
  readonly method: string
  /** As it stands in the line: a URL's own percent-encoding cannot be told from ours. */
  readonly url: string
  readonly user: string
  readonly server: string
  readonly contentType: string
  readonly result: string
  readonly names: readonly string[]
  readonly file: string
  readonly quarantined: string
  readonly action: string
  readonly service: string
  readonly slot: number
  readonly pid: number
  readonly peer: string
  /** Records of the connection so far, transfers scanned, and milliseconds that it took. */
  readonly files: number
  readonly checks: number
  readonly checkMs: number
  readonly details: readonly string[]
  readonly protocolStat: readonly string[]
  readonly error: string
  readonly revision: number
  readonly id: string
}

/** One end as a message's prefix names it; empty texts and 0 where it is not known. */
export interface MessageEnd {
  readonly address: string
  readonly name: string
  readonly port: number
}

export interface MessageLine {
  /** Milliseconds since 1970. */
  readonly timeMs: number
  /** The service's port and the internal process ID; undefined where they are not known. */
  readonly port: number | undefined
  readonly slot: number | undefined
  readonly peer: MessageEnd
  readonly server: MessageEnd
  /** As it stands in the line, without revision and id. */
  readonly message: string
  readonly revision: number | undefined
  readonly id: string
}

const ACCESS =
  /^(\d+)\.(\d{3}) +(\d+) (\S+) TCP_MISS\/(\d+) (\d+) (\S+) (\S+) (\S+) DIRECT\/(\S+) (\S+) DETECT-STAT:(\S*): ACTION:(\S*): PROXY-STAT:(\S*): PROTOCOL-STAT:(\S*): PROXY-ERROR:(\S*): FSIGK:(\d+):(\w+):$/
const MESSAGE =
  /^(\d+)\.(\d{3}) \[\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d (\d+|-) (\d+|-) ([^\s:]+):([^\s:]+):(\d+|-) ([^\s:]+):([^\s:]+):(\d+|-)\] (.*?)(?: \[r(\d+)(?: (\w+))?\])?$/

/** @param line without its newline. Undefined when it is no line of access.log */
export function readAccessLine(line: string): AccessLine | undefined {
  const found = ACCESS.exec(line)
  if (found === null) return undefined
  const at = (index: number): string => found[index] ?? ''
  const known = (index: number): string => (at(index) === '-' ? '' : at(index))
  const [result = '', names = '', file = '', quarantined = ''] = at(12).split(':')
  const [service = '', slot, pid, peer = '', files, checks, checkMs, details = ''] = at(14).split(':')
  return {
    timeMs: milliseconds(at(1), at(2)),
    elapsedMs: Number(at(3)),
    client: at(4),
    status: Number(at(5)),
    bytes: Number(at(6)),
    method: at(7),
    url: known(8),
    user: decoded(known(9)),
    server: known(10),
    contentType: known(11),
    result,
    names: listOf(names, '+'),
    file: decoded(file),
    quarantined: decoded(quarantined),
    action: at(13),
    service,
    slot: Number(slot),
    pid: Number(pid),
    peer: decoded(peer),
    files: Number(files),
    checks: Number(checks),
    checkMs: Number(checkMs),
    details: listOf(details, ','),
    protocolStat: at(15).split(':').map(decoded),
    error: decoded(at(16)),
    revision: Number(at(17)),
    id: at(18),
  }
}

/** @param line without its newline. Undefined when it is no line of error.log or info.log */
export function readMessageLine(line: string): MessageLine | undefined {
  const found = MESSAGE.exec(line)
  if (found === null) return undefined
  const at = (index: number): string => found[index] ?? ''
  const number = (text: string): number | undefined => (/^\d+$/.test(text) ? Number(text) : undefined)
  const end = (from: number): MessageEnd => ({
    address: at(from) === '-' ? '' : decoded(at(from)),
    name: at(from + 1) === '-' ? '' : decoded(at(from + 1)),
    port: number(at(from + 2)) ?? 0,
  })
  return {
    timeMs: milliseconds(at(1), at(2)),
    port: number(at(3)),
    slot: number(at(4)),
    peer: end(5),
    server: end(8),
    message: at(11),
    revision: number(at(12)),
    id: at(13),
  }
}

function milliseconds(seconds: string, thousandths: string): number {
  return Number(seconds) * 1_000 + Number(thousandths)
}

function listOf(text: string, separator: '+' | ','): readonly string[] {
  return text === '' ? [] : text.split(separator).map(decoded)
}

/** The text behind percent-encoding: UTF-8 where its bytes are that, else latin1. */
function decoded(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text.replaceAll(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  }
}
