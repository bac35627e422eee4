/** S/MIME messages that are signed opaquely or compressed (RFC 5652, RFC 3274), without signatures. */
import { deflateSync } from 'node:zlib'

/** An element of DER. */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  if (length < 128) return Buffer.concat([Buffer.of(tag, length), content])
  const digits = Buffer.from(length.toString(16).padStart(6, '0'), 'hex')
  return Buffer.concat([Buffer.of(tag, 0x83), digits, content])
}

const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
const data = oid('2a864886f70d010701')

function contentInfo(type: string, version: number, algorithms: Buffer, content: Buffer): Buffer {
  const inside = der(0x30, data, der(0xa0, der(0x04, content)))
  return der(0x30, oid(type), der(0xa0, der(0x30, der(0x02, Buffer.of(version)), algorithms, inside)))
}

export function compressed(part: string): Buffer {
  const algorithm = der(0x30, oid('2a864886f70d0109100308'))
  return contentInfo('2a864886f70d0109100109', 0, algorithm, deflateSync(Buffer.from(part, 'latin1')))
}

export function signed(part: string): Buffer {
  return contentInfo('2a864886f70d010702', 1, der(0x31), Buffer.from(part, 'latin1'))
}
