/** What an odd response is, and the pieces that they are put together from. */

/** A response of the corpus. Its bytes are made around a payload, so that a virus and a harmless text meet the same trick. */
export interface OddResponse {
  /** Unique; says what is odd. */
  readonly says: string
  /** It is as the RFCs have it: the harmless one must pass, and its reader must find the payload in it. */
  readonly isValid?: true
  /** A file that happens to be coded, and says nothing of it to anyone: no reader of HTTP decodes it. */
  readonly isFile?: true
  bytes(payload: Buffer): Buffer
}

export type Encode = (payload: Buffer) => Buffer

export const plain: Encode = (payload) => payload

/** Text as the bytes of the wire, and bytes as they are, one behind the other. */
export function join(...parts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)))
}

/** A response of HTTP/1.1 with a Content-Length. @param fields whole lines */
export function withLength(fields: string, body: Buffer, start = 'HTTP/1.1 200 OK'): Buffer {
  return join(`${start}\r\n${fields}Content-Length: ${body.length}\r\n\r\n`, body)
}

/** The same in chunks of so many bytes. */
export function inChunks(fields: string, body: Buffer, chunkBytes = 30, extension = '', trailers = ''): Buffer {
  const parts: (string | Buffer)[] = [`HTTP/1.1 200 OK\r\n${fields}Transfer-Encoding: chunked\r\n\r\n`]
  for (let at = 0; at < body.length; at += chunkBytes) {
    const chunk = body.subarray(at, at + chunkBytes)
    parts.push(`${chunk.length.toString(16)}${extension}\r\n`, chunk, '\r\n')
  }
  return join(...parts, `0\r\n${trailers}\r\n`)
}

/** The same, ended by the connection. */
export function untilClose(fields: string, body: Buffer, version = '1.1'): Buffer {
  return join(`HTTP/${version} 200 OK\r\n${fields}\r\n`, body)
}

/** `Content-Encoding: gzip` as a line; nothing for no coding. */
export function codingLine(coding: string): string {
  return coding === '' ? '' : `Content-Encoding: ${coding}\r\n`
}
