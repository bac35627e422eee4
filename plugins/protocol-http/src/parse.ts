/**
 * Bytes of one direction of a connection → messages. Incremental and pure: bytes are pushed in whatever pieces they come,
 * heads and bodies are taken out when they are whole; what is not taken yet is kept. Nothing is decided here but where
 * one thing ends and the next begins.
 */
import { ChunkedDecoder } from './message/chunked.js'
import { Fields } from './message/fields.js'
import type { Framing } from './message/framing.js'
import {
  MAX_FIELDS_BYTES,
  type RefusedRequest,
  type RequestHead,
  readRequestFields,
  readRequestLine,
  refused,
  simpleRequest,
} from './message/request-head.js'
import { type ResponseFault, type ResponseHead, readResponseHead, simpleResponse } from './message/response-head.js'

const NOTHING = Buffer.alloc(0)
const HEAD_END = Buffer.from('\r\n\r\n')
const LINE_END = Buffer.from('\r\n')
const CR = 0x0d
const LF = 0x0a

/** So many empty lines before a request are read past (RFC 9112, 2.2). */
const MAX_EMPTY_LINES = 4

/** `broken`: the framing is not one, or the connection ended inside the body. */
export type BodyState = 'open' | 'ended' | 'broken'

const NO_TRAILERS = new Fields()

export abstract class MessageParser {
  /** What has come and was not taken. */
  protected bytes: Buffer = NOTHING
  /** How far `bytes` is known not to hold the end of a head. */
  #searched = 0
  /** How far its line ends are known to be CR LF. */
  #looked = 0
  /** Holds `bytes`, with room behind them, once they came in more than one piece. */
  #roomy: Buffer | undefined
  /** No more bytes will be pushed; whether that was in order. */
  #finished: boolean | undefined

  bodyState: BodyState = 'ended'
  #framing: Framing['kind'] = 'none'
  #left = 0
  #chunks: ChunkedDecoder | undefined

  /** Gives bytes to the parser, which keeps them and may change them. */
  push(chunk: Buffer): void {
    if (this.bytes.length === 0) {
      this.#roomy = undefined
      this.bytes = chunk
      return
    }
    // Room doubles, so that a head that comes a byte at a time is not copied once for each.
    const length = this.bytes.length + chunk.length
    let start = this.#roomy === undefined ? 0 : this.bytes.byteOffset - this.#roomy.byteOffset
    if (this.#roomy === undefined || start + length > this.#roomy.length) {
      const grown = Buffer.allocUnsafe(length * 2)
      this.bytes.copy(grown)
      this.#roomy = grown
      start = 0
    }
    chunk.copy(this.#roomy, start + this.bytes.length)
    this.bytes = this.#roomy.subarray(start, start + length)
  }

  /**
   * No more bytes will be pushed. A body that lasts as long as its connection has ended, if the far end closed it in
   * order; every other body that is under way is cut off.
   */
  finish(inOrder: boolean): void {
    if (this.#finished !== undefined) return
    this.#finished = inOrder
    this.#finishBody()
  }

  /** Whether the body came whole is known when the last of its bytes has been taken. */
  #finishBody(): void {
    if (this.#finished === undefined || this.bodyState !== 'open' || this.bytes.length > 0) return
    this.bodyState = this.#finished && this.#framing === 'close' ? 'ended' : 'broken'
  }

  /** Bytes that were not taken yet. */
  get unread(): number {
    return this.bytes.length
  }

  /** Trailer fields of the body that has ended. */
  get trailers(): Fields {
    return this.#chunks?.trailers ?? NO_TRAILERS
  }

  /** From here the bytes are a body of this framing. */
  beginBody(framing: Framing): void {
    this.#framing = framing.kind
    this.#left = framing.kind === 'length' ? framing.bytes : 0
    this.#chunks = framing.kind === 'chunked' ? new ChunkedDecoder() : undefined
    this.bodyState = framing.kind === 'none' || (framing.kind === 'length' && framing.bytes === 0) ? 'ended' : 'open'
    this.#finishBody()
  }

  /** Takes what there is of the body; undefined when there is nothing: then `bodyState` tells whether more may come. */
  takeBody(): Buffer | undefined {
    if (this.bodyState !== 'open' || this.bytes.length === 0) return undefined
    const data = this.#chunks === undefined ? this.#takePlain() : this.#takeChunks(this.#chunks)
    this.#finishBody()
    return data
  }

  #takePlain(): Buffer {
    const isLimited = this.#framing === 'length' && this.bytes.length > this.#left
    const data = isLimited ? this.bytes.subarray(0, this.#left) : this.bytes
    this.consume(data.length)
    this.#left -= data.length
    if (this.#framing === 'length' && this.#left === 0) this.bodyState = 'ended'
    return data
  }

  #takeChunks(chunks: ChunkedDecoder): Buffer | undefined {
    const data = chunks.decode(this.bytes)
    this.consume(chunks.consumed)
    this.bodyState = chunks.state
    return data
  }

  protected consume(length: number): void {
    this.bytes = length === this.bytes.length ? NOTHING : this.bytes.subarray(length)
    this.#searched = 0
    this.#looked = 0
  }

  /** Where the head ends, just after its last line; -1 while it has not come. */
  protected headEnd(): number {
    const found = this.bytes.indexOf(HEAD_END, Math.max(0, this.#searched - HEAD_END.length + 1))
    if (found === -1) this.#searched = this.bytes.length
    return found === -1 ? -1 : found + LINE_END.length
  }

  /** Whether a line that came since the last look ends in LF alone: then the rest need not be waited for. */
  protected hasBareLineFeed(): boolean {
    for (let at = this.bytes.indexOf(LF, this.#looked); at !== -1; at = this.bytes.indexOf(LF, at + 1)) {
      if (this.bytes[at - 1] !== CR) return true
    }
    this.#looked = this.bytes.length
    return false
  }

  /** Takes a head whose end was found. */
  protected takeHead(end: number): string {
    const text = this.bytes.toString('latin1', 0, end)
    this.consume(end + LINE_END.length)
    return text
  }
}

export class RequestParser extends MessageParser {
  /** Takes the empty lines before a request; gives how many there were. Further ones than four stay, and are a fault. */
  takeEmptyLines(): number {
    let lines = 0
    while (lines < MAX_EMPTY_LINES && this.bytes[0] === CR && this.bytes[1] === LF) {
      this.consume(LINE_END.length)
      lines++
    }
    return lines
  }

  /** Whether a request has begun: there are bytes that are not the beginning of an empty line. */
  get begun(): boolean {
    return this.bytes.length > 1 || (this.bytes.length === 1 && this.bytes[0] !== CR)
  }

  /**
   * Takes a request head when it is whole, and begins its body; undefined while more must come.
   *
   * @param maxUrlBytes `max_urllen`
   */
  takeRequest(maxUrlBytes: number): RequestHead | RefusedRequest | undefined {
    const end = this.headEnd()
    const request = end === -1 ? this.#fromPart(maxUrlBytes) : this.#fromWhole(end, maxUrlBytes)
    if (request !== undefined && !('fault' in request)) this.beginBody(request.framing)
    return request
  }

  #fromWhole(end: number, maxUrlBytes: number): RequestHead | RefusedRequest | undefined {
    const text = this.bytes.toString('latin1', 0, end)
    const lineEnd = text.indexOf('\r\n')
    const line = readRequestLine(text.slice(0, lineEnd), true, maxUrlBytes)
    if (line === undefined || 'fault' in line) return line
    this.consume(line.simple ? lineEnd + LINE_END.length : end + LINE_END.length)
    return line.simple ? simpleRequest(line) : readRequestFields(line, text, lineEnd + LINE_END.length)
  }

  /** The head has not come whole: it may be a simple request, or already be wrong. */
  #fromPart(maxUrlBytes: number): RequestHead | RefusedRequest | undefined {
    const lineEnd = this.bytes.indexOf(LINE_END)
    if (lineEnd === -1) {
      const ending = this.bytes[this.bytes.length - 1] === CR ? 1 : 0
      const line = readRequestLine(this.bytes.toString('latin1', 0, this.bytes.length - ending), false, maxUrlBytes)
      return line !== undefined && 'fault' in line ? line : undefined
    }
    const line = readRequestLine(this.bytes.toString('latin1', 0, lineEnd), true, maxUrlBytes)
    if (line === undefined || 'fault' in line) return line
    if (line.simple) {
      this.consume(lineEnd + LINE_END.length)
      return simpleRequest(line)
    }
    const { method, url } = line
    if (this.bytes.length - lineEnd > MAX_FIELDS_BYTES) return refused('fieldsTooLong', method, url)
    return this.hasBareLineFeed() ? refused('lineEnd', method, url) : undefined
  }
}

export interface ResponseLimits {
  /** `max_header`: bytes of the whole head. */
  readonly headBytes: number
  /** Whether a response without a head (HTTP/0.9) may come; else it is a fault. */
  readonly simple: boolean
}

const RESPONSE_PREFIX = Buffer.from('HTTP/')

export class ResponseParser extends MessageParser {
  /** Takes a response head when it is whole, and begins its body; undefined while more must come. */
  takeResponse(method: string, limits: ResponseLimits): ResponseHead | ResponseFault | undefined {
    const response = this.#take(method, limits)
    if (typeof response === 'object') this.beginBody(response.framing)
    return response
  }

  #take(method: string, limits: ResponseLimits): ResponseHead | ResponseFault | undefined {
    const { bytes } = this
    const seen = Math.min(bytes.length, RESPONSE_PREFIX.length)
    if (bytes.compare(RESPONSE_PREFIX, 0, seen, 0, seen) !== 0)
      return limits.simple ? simpleResponse() : 'responseSyntax'
    const end = this.headEnd()
    if (end > limits.headBytes || (end === -1 && bytes.length > limits.headBytes)) return 'responseTooLarge'
    if (end !== -1) return readResponseHead(this.takeHead(end), method)
    return this.hasBareLineFeed() ? 'responseSyntax' : undefined
  }
}
