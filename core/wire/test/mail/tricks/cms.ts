/** S/MIME messages that are signed opaquely or compressed (RFC 5652, RFC 3274), without signatures. */
import { deflateSync } from 'node:zlib'

/** An element of BER whose length stands in this many bytes, as no one writes it but whoever hides something. */
export function long(digits: number): typeof der {
  return (tag, ...contents) => {
    const content = Buffer.concat(contents)
    const length = Buffer.from(content.length.toString(16).padStart(2 * digits, '0'), 'hex')
    return Buffer.concat([Buffer.of(tag, 0x80 + digits), length, content])
  }
}

/** An element of DER. */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  if (length < 128) return Buffer.concat([Buffer.of(tag, length), content])
  const digits = Buffer.from(length.toString(16).padStart(6, '0'), 'hex')
  return Buffer.concat([Buffer.of(tag, 0x83), digits, content])
}

const oid = (hex: string, ber = der) => ber(0x06, Buffer.from(hex, 'hex'))

function contentInfo(type: string, version: number, algorithms: Buffer, content: Buffer, ber = der): Buffer {
  const inside = ber(0x30, oid('2a864886f70d010701', ber), ber(0xa0, ber(0x04, content)))
  return ber(0x30, oid(type, ber), ber(0xa0, ber(0x30, ber(0x02, Buffer.of(version)), algorithms, inside)))
}

/** @param ber how elements are written */
export function compressed(part: string, ber = der): Buffer {
  const algorithm = der(0x30, oid('2a864886f70d0109100308'))
  return contentInfo('2a864886f70d0109100109', 0, algorithm, deflateSync(Buffer.from(part, 'latin1')), ber)
}

export function signed(part: string): Buffer {
  return contentInfo('2a864886f70d010702', 1, der(0x31), Buffer.from(part, 'latin1'))
}
