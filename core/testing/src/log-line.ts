/** One line of access.log or detect.log, taken apart (guide 9.1.1). Values are decoded. */
export interface LogLine {
  readonly time: number
  readonly elapsedMs: number
  readonly client: string
  readonly status: number
  readonly bytes: number
  readonly method: string
  readonly url: string
  readonly user: string
  readonly server: string
  readonly contentType: string
  readonly detection: {
    readonly result: string
    readonly name: string
    readonly file: string
    readonly quarantined: string
  }
  readonly action: string
  readonly proxy: {
    readonly service: string
    readonly slot: number
    readonly pid: number
    readonly host: string
    readonly requests: number
    readonly checks: number
    readonly checkMs: number
    readonly details: readonly string[]
  }
  readonly protocol: readonly string[]
  readonly error: string
  readonly revision: number
  readonly id: string
}

const SHAPE =
  /^(?<time>\d+\.\d{3}) +(?<elapsed>\d+) (?<client>\S+) TCP_MISS\/(?<status>\d{3}) (?<bytes>\d+) (?<method>\S+) (?<url>\S+) (?<user>\S+) DIRECT\/(?<server>\S+) (?<type>\S+) DETECT-STAT:(?<detect>\S*): ACTION:(?<action>[A-Z_]+): PROXY-STAT:(?<proxy>\S*): PROTOCOL-STAT:(?<protocol>\S*): PROXY-ERROR:(?<error>\S*): FSIGK:(?<revision>\d+):(?<id>\w+):$/

/** @throws Error that shows the line, when it does not have the guide's shape */
export function parseLogLine(line: string): LogLine {
  const parts = SHAPE.exec(line)?.groups as Record<string, string> | undefined
  if (parts === undefined) throw new Error(`Not a line of the access log: ${line}`)
  const fields = (name: string) => (parts[name] ?? '').split(':').map(decoded)
  const [result = '', name = '', file = '', quarantined = ''] = fields('detect')
  const [service = '', slot, pid, host = '', requests, checks, checkMs, details = ''] = fields('proxy')
  return {
    time: Number(parts['time']),
    elapsedMs: Number(parts['elapsed']),
    client: parts['client'] ?? '',
    status: Number(parts['status']),
    bytes: Number(parts['bytes']),
    method: parts['method'] ?? '',
    url: parts['url'] ?? '',
    user: parts['user'] ?? '',
    server: parts['server'] ?? '',
    contentType: parts['type'] ?? '',
    detection: { result, name, file, quarantined },
    action: parts['action'] ?? '',
    proxy: {
      service,
      slot: Number(slot),
      pid: Number(pid),
      host,
      requests: Number(requests),
      checks: Number(checks),
      checkMs: Number(checkMs),
      details: details.split(',').filter((detail) => detail !== ''),
    },
    protocol: fields('protocol'),
    error: decoded(parts['error'] ?? ''),
    revision: Number(parts['revision']),
    id: parts['id'] ?? '',
  }
}

/** The text behind percent-encoding: UTF-8 where its bytes are that, else latin1. */
function decoded(field: string): string {
  try {
    return decodeURIComponent(field)
  } catch {
    return field.replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  }
}
