import type { RequestHead } from '../../src/message/request-head.js'
import type { ResponseHead } from '../../src/message/response-head.js'
import { RequestParser, ResponseParser } from '../../src/parse.js'

/** What a parser made of some bytes, in a form that two readings can be compared by. */
export interface Reading {
  readonly heads: readonly string[]
  readonly bodies: readonly string[]
  readonly trailers: readonly string[]
  /** `whole`: as far as it was read, all is well. */
  readonly end: string
}

/** A reading, and what was left unread where it stopped. */
export interface Stopped extends Reading {
  readonly rest: string
}

const MAX_URL_BYTES = 2098

/** Reads messages until the bytes are used up or wrong, pushing them in the given pieces. */
export function readRequests(pieces: readonly Buffer[]): Stopped {
  const parser = new RequestParser()
  const take = () => {
    parser.takeEmptyLines()
    const head = parser.takeRequest(MAX_URL_BYTES)
    return head !== undefined && 'fault' in head ? head.fault : head
  }
  return read(parser, take, pieces)
}

/** The same for responses to requests of this method. */
export function readResponses(pieces: readonly Buffer[], method = 'GET', simple = false): Stopped {
  const parser = new ResponseParser()
  return read(parser, () => parser.takeResponse(method, { headBytes: 10_240, simple }), pieces)
}

function read(
  parser: RequestParser | ResponseParser,
  take: () => RequestHead | ResponseHead | string | undefined,
  pieces: readonly Buffer[],
): Stopped {
  const heads: string[] = []
  const bodies: string[] = []
  const trailers: string[] = []
  let pushed = 0
  const reading = (end: string) => {
    const rest = Buffer.concat(pieces).toString('latin1', pushed - parser.unread)
    return { heads, bodies, trailers, end, rest }
  }
  let inBody = false
  const advance = (): string | undefined => {
    for (;;) {
      if (!inBody) {
        if (parser.unread === 0) return undefined
        const head = take()
        if (typeof head === 'string') return head
        if (head === undefined) return undefined
        heads.push(describe(head))
        bodies.push('')
        inBody = true
      }
      for (let data = parser.takeBody(); data !== undefined; data = parser.takeBody())
        bodies.push(`${bodies.pop()}${data.toString('latin1')}`)
      if (parser.bodyState === 'broken') return 'broken body'
      // Of a chunked body nothing but its framing may have come.
      if (parser.bodyState === 'open') return undefined
      const { spelled, values } = parser.trailers
      trailers.push(spelled.map((name, at) => `${name}=${values[at]}`).join('&'))
      inBody = false
    }
  }
  for (const piece of pieces) {
    // A copy, since the parser may change what it is given.
    parser.push(Buffer.from(piece))
    pushed += piece.length
    const end = advance()
    if (end !== undefined) return reading(end)
  }
  parser.finish(true)
  const end = advance()
  if (end !== undefined) return reading(end)
  const isBetween = parser instanceof RequestParser ? !parser.begun : parser.unread === 0
  return reading(inBody || !isBetween ? 'unfinished' : 'whole')
}

function describe(head: RequestHead | ResponseHead): string {
  const fields = head.fields.spelled.map((name, at) => `${name}=${head.fields.values[at]}`).join('&')
  const start = 'method' in head ? `${head.method} ${head.url}` : `${head.status} ${head.reason}`
  return `${start} ${head.version} ${head.framing.kind} ${fields}`
}

/** The bytes in two pieces, cut at every position, and byte by byte. */
export function* everyCut(bytes: Buffer): Generator<readonly Buffer[]> {
  for (let at = 0; at <= bytes.length; at++)
    yield [bytes.subarray(0, at), bytes.subarray(at)].filter((p) => p.length > 0)
  yield Array.from(bytes, (byte) => Buffer.from([byte]))
}
