/** A body that may pass, on its way to the client: framed by us, no faster than the client takes it. */
import type { OutgoingBody } from '@fsigk/plugin-api'
import type { Channel } from '@fsigk/sockets'
import { fail } from '../errors.js'
import { lastChunk, writeChunk } from '../message/chunk-writing.js'
import type { Fields } from '../message/fields.js'
import { CHUNKED, type Framing, UNTIL_CLOSE } from '../message/framing.js'
import type { ResponseHead } from '../message/response-head.js'
import { responseText } from '../message/response-text.js'
import type { PeerRequest } from '../peer-request.js'

/** What a delivery must know of the server's response as it stands when it is asked. */
export interface DeliverySource {
  readonly response: ResponseHead
  /** Trailer fields, once the response has come whole. */
  trailers(): Fields | undefined
  /** Whether bytes of the body can be had without waiting. */
  atHand(): boolean
  /** Whether the request has been read whole. */
  requestIsWhole(): boolean
}

const SENT = Promise.resolve()

/**
 * Sends head and body. A small body leaves in one write with its head.
 *
 * @returns a promise that rejects when the client leaves or stalls, and with what the body's source threw; the client
 *   must then be cut off
 */
export function deliver(request: PeerRequest, body: OutgoingBody, source: DeliverySource): Promise<void> {
  const framing = clientFraming(request, body.bytes, source.trailers())
  request.decideKeep(framing, source.requestIsWhole())
  const { kept: keep, direct } = request
  const { http10 } = request.settings
  const head = request.head.version === '0.9' ? '' : responseText(source.response, { framing, keep, direct, http10 })
  request.progress = 'begun'
  if (body.memory === undefined || framing.kind === 'chunked') return flow(request, head, body, framing, source)
  return sendTogether(request, head, body.memory, framing)
}

function sendTogether(request: PeerRequest, head: string, body: readonly Buffer[], framing: Framing): Promise<void> {
  const bytes = total(body)
  if (framing.kind === 'length' && framing.bytes !== bytes) return Promise.reject(differs(framing.bytes, bytes))
  const room = request.channel.writeTogether(head, body)
  request.session.entry.bytes = bytes
  request.progress = 'done'
  return room ? SENT : request.room(bytes, bytes, bytes)
}

/** A length where it is known; else chunks, or the end of the connection for those who do not know chunks. */
function clientFraming(request: PeerRequest, bytes: number | undefined, trailers: Fields | undefined): Framing {
  if (request.head.version === '0.9') return UNTIL_CLOSE
  const hasTrailers = trailers !== undefined && trailers.size > 0 && request.speaks11
  if (bytes !== undefined && !hasTrailers) return { kind: 'length', bytes }
  return request.speaks11 ? CHUNKED : UNTIL_CLOSE
}

async function flow(
  request: PeerRequest,
  head: string,
  body: OutgoingBody,
  framing: Framing,
  source: DeliverySource,
): Promise<void> {
  const { channel } = request
  const { entry } = request.session
  let pending = head
  if (!source.atHand()) {
    channel.write(pending)
    pending = ''
  }
  for await (const data of body.open()) {
    if (data.length === 0) continue
    if (framing.kind === 'length' && entry.bytes + data.length > framing.bytes) {
      throw differs(framing.bytes, entry.bytes + data.length)
    }
    const room = framing.kind === 'chunked' ? writeChunk(channel, data, pending) : writeData(channel, data, pending)
    pending = ''
    entry.bytes += data.length
    if (!room) await request.room(entry.bytes, body.bytes, data.length)
  }
  if (framing.kind === 'length' && entry.bytes !== framing.bytes) throw differs(framing.bytes, entry.bytes)
  if (framing.kind === 'chunked') pending += lastChunk(source.trailers())
  if (pending !== '' && !channel.write(pending)) await request.room(entry.bytes, body.bytes, 0)
  request.progress = 'done'
}

function writeData(channel: Channel, data: Buffer, before: string): boolean {
  return before === '' ? channel.write(data) : channel.writeTogether(before, [data])
}

function total(parts: readonly Buffer[]): number {
  let bytes = 0
  for (const part of parts) bytes += part.length
  return bytes
}

/** More or fewer bytes than were announced would be read as the beginning of the next response. */
function differs(announced: number, given: number): Error {
  return fail('FSIGK_HTTP_LENGTH_DIFFERS', [announced, given])
}
