/** Builds TNEF streams (MS-OXTNEF) for tests. */

const MESSAGE = Buffer.from('0703020000000000c000000000000046', 'hex')

export function tnef(...attributes: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(6)
  head.writeUInt32LE(0x223e9f78)
  head.writeUInt16LE(1, 4)
  const version = attribute(1, 0x00089006, Buffer.from([0, 0, 1, 0]))
  return Buffer.concat([head, version, ...attributes])
}

export function attribute(level: 1 | 2, id: number, data: Buffer): Buffer {
  const head = Buffer.alloc(9)
  head[0] = level
  head.writeUInt32LE(id, 1)
  head.writeUInt32LE(data.length, 5)
  const checksum = Buffer.alloc(2)
  checksum.writeUInt16LE(data.reduce((sum, byte) => (sum + byte) & 0xffff, 0))
  return Buffer.concat([head, data, checksum])
}

/** An attachment as Outlook writes it: the short name in one place, the long one among the properties behind the data. */
export function attachment(title: string, longName: string, data: Buffer): readonly Buffer[] {
  return [
    attribute(2, 0x00069002, Buffer.alloc(14)),
    attribute(2, 0x0006800f, data),
    attribute(2, 0x00018010, Buffer.from(`${title}\0`)),
    attribute(2, 0x00069005, properties(unicode(0x3707, longName), fixed(0x3705, 1), string(0x370e, 'text/x-made'))),
  ]
}

/** A message as an attachment. */
export function attachedMessage(name: string, message: Buffer): readonly Buffer[] {
  const object = Buffer.concat([MESSAGE, message])
  return [
    attribute(2, 0x00069002, Buffer.alloc(14)),
    attribute(2, 0x00069005, properties(string(0x3001, name), value(0x3701, 0x0d, object))),
  ]
}

export function messageProperties(...values: readonly Buffer[]): Buffer {
  return attribute(1, 0x00069003, properties(...values))
}

export function properties(...values: readonly Buffer[]): Buffer {
  const count = Buffer.alloc(4)
  count.writeUInt32LE(values.length)
  return Buffer.concat([count, ...values])
}

export function fixed(property: number, number: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt16LE(3)
  bytes.writeUInt16LE(property, 2)
  bytes.writeUInt32LE(number, 4)
  return bytes
}

export function string(property: number, text: string): Buffer {
  return value(property, 0x1e, Buffer.from(`${text}\0`))
}

export function unicode(property: number, text: string): Buffer {
  return value(property, 0x1f, Buffer.from(`${text}\0`, 'utf16le'))
}

export function binary(property: number, data: Buffer): Buffer {
  return value(property, 0x102, data)
}

/** A property with a name of its own, which comes before the value. */
export function named(name: string, text: string): Buffer {
  const plain = string(0x8001, text)
  const letters = Buffer.from(`${name}\0`, 'utf16le')
  const head = Buffer.alloc(8)
  head.writeUInt32LE(1)
  head.writeUInt32LE(letters.length, 4)
  return Buffer.concat([plain.subarray(0, 4), Buffer.alloc(16, 7), head, padded(letters), plain.subarray(4)])
}

function value(property: number, type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12)
  head.writeUInt16LE(type)
  head.writeUInt16LE(property, 2)
  head.writeUInt32LE(1, 4)
  head.writeUInt32LE(data.length, 8)
  return Buffer.concat([head, padded(data)])
}

function padded(data: Buffer): Buffer {
  return Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)])
}
