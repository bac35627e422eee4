/**
 * The line of access.log and detect.log (guide 9.1.1): Squid's columns, then what the gateway found and did. Pure; called
 * once a transfer, so it is one concatenation over pieces that the connection has made beforehand.
 */
import type { Entry } from '@fsigk/plugin-api'
import { encodeColumn, encodeField, encodeName } from './encode.js'

/** DETECT-STAT's first field: the guide's three, and UNSCANNED for what passed or broke off without a verdict. */
export type DetectionResult = 'INFECTED' | 'SPAM' | 'CLEAN' | 'UNSCANNED'

/** ACTION's words: the guide's, and DEFER for what was refused for now. */
export type ActionWord = 'NONE' | 'PASS' | 'DELETE' | 'DENY' | 'SENDBACK' | 'BLACKHOLE' | 'CHANGE_SUBJECT' | 'DEFER'

/** What `inspect` found and did, as the line tells it. */
export interface DetectionFacts {
  readonly result: DetectionResult
  /** Names as the engines give them. */
  readonly names: readonly string[]
  /** The file name that the transfer gave, decoded. */
  readonly file: string
  /** The name in the quarantine directory, `''` when none was put there. */
  readonly quarantined: string
  readonly action: ActionWord
  /** PROXY-STAT's last field: the guide's words and ours (core/docs/messages.md). */
  readonly details: readonly string[]
}

/** A record without a transfer: nothing was detected, since there was nothing to look at. */
export const nothingDetected: DetectionFacts = {
  result: 'CLEAN',
  names: [],
  file: '',
  quarantined: '',
  action: 'NONE',
  details: [],
}

const gravity: readonly DetectionResult[] = ['CLEAN', 'UNSCANNED', 'SPAM', 'INFECTED']

/** What was detected in an upload and in the response to it, as one line tells it: as the graver of the two, with all names. */
export function inOneLine(upload: DetectionFacts, response: DetectionFacts): DetectionFacts {
  const isGraver = gravity.indexOf(upload.result) > gravity.indexOf(response.result)
  const [told, other] = isGraver ? [upload, response] : [response, upload]
  return {
    result: told.result,
    names: [...new Set([...upload.names, ...response.names])],
    file: told.file,
    quarantined: told.quarantined || other.quarantined,
    action: response.action === 'NONE' ? upload.action : response.action,
    details: [...new Set([...upload.details, ...response.details])],
  }
}

/** The parts of a line that stay the same for all records of a connection. */
export interface ConnectionPieces {
  /** ` 192.0.2.1 TCP_MISS/` */
  readonly client: string
  /** `PROXY-STAT:http:0:4321:192.0.2.1:` */
  readonly proxyStat: string
}

/** @param peerName the peer's host name when it was looked up, else its address */
export function connectionPieces(
  service: string,
  slot: number,
  pid: number,
  peerAddress: string,
  peerName = peerAddress,
): ConnectionPieces {
  return {
    client: ` ${encodeColumn(peerName)} TCP_MISS/`,
    proxyStat: `PROXY-STAT:${service}:${slot}:${pid}:${encodeField(peerAddress)}:`,
  }
}

/** What a line says beside the entry and the detection. Times in milliseconds. */
export interface LineFigures {
  readonly startedMs: number
  readonly elapsedMs: number
  /** Records of this connection so far, this one included. */
  readonly files: number
  /** Transfers scanned, and the time that it took, since the record before. */
  readonly checks: number
  readonly checkMs: number
  readonly revision: number
  readonly id: string
}

/** One whole line, with its newline. */
export function accessLine(
  pieces: ConnectionPieces,
  entry: Entry,
  detection: DetectionFacts,
  figures: LineFigures,
): string {
  return `${seconds(figures.startedMs)} ${column(figures.elapsedMs)}${pieces.client}${status(entry.status)} ${entry.bytes} ${encodeColumn(entry.method === '' ? 'GET' : entry.method)} ${encodeColumn(entry.url)} ${user(entry.user)} DIRECT/${encodeColumn(entry.serverAddress)} ${mediaType(entry.contentType)} ${detectStat(detection)} ${pieces.proxyStat}${figures.files}:${figures.checks}:${figures.checkMs}:${list(detection.details, ',')}: PROTOCOL-STAT:${fields(entry.protocolStat)}: PROXY-ERROR:${encodeField(entry.error)}: FSIGK:${figures.revision}:${figures.id}:\n`
}

/** Seconds since 1970 with three decimals, as Squid writes them. */
export function seconds(ms: number): string {
  const digits = String(Math.trunc(ms))
  return `${digits.slice(0, -3) || '0'}.${digits.slice(-3).padStart(3, '0')}`
}

/** Squid pads the time that a request took to six characters. */
function column(ms: number): string {
  return String(Math.max(0, Math.round(ms))).padStart(6)
}

function status(code: number): string {
  return String(code).padStart(3, '0')
}

/** A `:` or `%` in a user name is encoded, unlike in a URL, where it is part of the notation. */
function user(name: string): string {
  return name === '' ? '-' : encodeField(name)
}

/** The type alone: log analysers group by it, and a parameter would bring a space. */
function mediaType(type: string): string {
  const end = type.indexOf(';')
  return encodeColumn((end === -1 ? type : type.slice(0, end)).trim())
}

function detectStat({ result, names, file, quarantined, action }: DetectionFacts): string {
  return `DETECT-STAT:${result}:${list(names, '+')}:${encodeName(file)}:${quarantined}: ACTION:${action}:`
}

/** `+` and `,` cannot be taken for a part of a name, since names are encoded. */
function list(names: readonly string[], separator: '+' | ','): string {
  const [first] = names
  if (first === undefined) return ''
  return names.length === 1 ? encodeName(first) : names.map(encodeName).join(separator)
}

function fields(values: Entry['protocolStat']): string {
  return values.length === 0 ? '' : values.map(field).join(':')
}

function field(value: string | readonly string[]): string {
  return typeof value === 'string' ? encodeField(value) : list(value, ',')
}
