/** Chunked bodies as we write them. */
import type { Channel } from '@fsigk/sockets'
import type { Fields } from './fields.js'

const CHUNK_END = Buffer.from('\r\n')

/**
 * Writes one chunk in one go.
 *
 * @param before what is to be said before it
 * @returns whether there is room for more
 */
export function writeChunk(channel: Channel, data: Buffer, before = ''): boolean {
  return channel.writeTogether(`${before}${data.length.toString(16)}\r\n`, [data, CHUNK_END])
}

/** What ends a body, with those trailer fields that may stand in a trailer at all (RFC 9110, 6.5.1). */
export function lastChunk(trailers: Fields | undefined): string {
  let text = '0\r\n'
  for (let at = 0; trailers !== undefined && at < trailers.size; at++) {
    if (trailers.names[at]?.headOnly === false) text += `${trailers.spelled[at]}: ${trailers.values[at]}\r\n`
  }
  return `${text}\r\n`
}
