/** llhttp, as Node carries it, read into the same form as our parser's. */
import { createRequire } from 'node:module'
import type { Reading } from '../parse/kit.js'

/** What is used here of the class behind `node:http`; it has no types of its own. */
interface LlhttpParser {
  [callback: number]: unknown
  initialize(type: number, resource: object): void
  execute(bytes: Buffer): number | Error
  finish(): Error | undefined
}

interface LlhttpClass {
  new (): LlhttpParser
  readonly REQUEST: number
  readonly RESPONSE: number
  readonly kOnHeaders: number
  readonly kOnHeadersComplete: number
  readonly kOnBody: number
  readonly kOnMessageComplete: number
}

const { HTTPParser, methods } = createRequire(import.meta.url)('_http_common') as {
  HTTPParser: LlhttpClass
  methods: readonly string[]
}

/** Methods that llhttp knows; any other is an error to it. */
export const knownMethods: readonly string[] = methods

/** What a head says beyond our reading of it, for the rules by which ours is stricter. */
export interface LlhttpReading extends Reading {
  /** The code of the error that ended it, `''` when none did. */
  readonly error: string
}

/** @param noBody responses answer a HEAD */
export function readByLlhttp(kind: 'request' | 'response', bytes: Buffer, noBody = false): LlhttpReading {
  const heads: string[] = []
  const bodies: string[] = []
  const trailers: string[] = []
  // Once trailers have been told apart from their head, llhttp tells all fields, and the URL, so.
  let late: string[] = []
  let lateUrl = ''
  let open = false
  const parser = new HTTPParser()
  parser.initialize(kind === 'request' ? HTTPParser.REQUEST : HTTPParser.RESPONSE, {})
  parser[HTTPParser.kOnHeaders] = (fields: string[], url: string) => {
    late.push(...fields)
    lateUrl = url
  }
  parser[HTTPParser.kOnHeadersComplete] = (
    major: number,
    minor: number,
    fields: string[] | undefined,
    method: number,
    url: string | undefined,
    status: number,
    reason: string,
  ) => {
    const all = [...late, ...(fields ?? [])]
    late = []
    open = true
    const start = kind === 'request' ? `${methods[method]} ${url ?? lateUrl}` : `${status} ${reason}`
    heads.push(`${start} ${major}.${minor} ${pairs(all)}`)
    bodies.push('')
    return noBody ? 1 : 0
  }
  parser[HTTPParser.kOnBody] = (data: Buffer) => {
    bodies.push(`${bodies.pop()}${data.toString('latin1')}`)
  }
  parser[HTTPParser.kOnMessageComplete] = () => {
    trailers.push(pairs(late))
    late = []
    open = false
  }
  const failed = parser.execute(bytes)
  const error = failed instanceof Error ? failed : parser.finish()
  const code = error === undefined ? '' : String((error as { code?: string }).code)
  return { heads, bodies, trailers, end: code === '' ? (open ? 'unfinished' : 'whole') : code, error: code }
}

function pairs(fields: readonly string[]): string {
  const lines: string[] = []
  for (let at = 0; at < fields.length; at += 2) lines.push(`${fields[at]}=${fields[at + 1]}`)
  return lines.join('&')
}
