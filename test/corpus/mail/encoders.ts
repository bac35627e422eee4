/** Encoders for short payloads, as mail programs write them. Latin1 text with LF. */
import { deflateSync } from 'node:zlib'

export function wrapped(bytes: Buffer, width = 76): string {
  return (
    bytes
      .toString('base64')
      .match(new RegExp(`.{1,${width}}`, 'g'))
      ?.join('\n') ?? ''
  )
}

/** Soft line ends after 60 characters, so that no escape is near the limit of 76. */
export function quotedPrintable(bytes: Buffer): string {
  let line = 0
  let text = ''
  for (const byte of bytes) {
    const isPlain = byte > 0x20 && byte < 0x7f && byte !== 0x3d
    const token = isPlain ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
    if (line > 60) {
      text += '=\n'
      line = 0
    }
    text += token
    line += token.length
  }
  return text
}

export function uuencoded(name: string, bytes: Buffer): string {
  const lines = [`begin 644 ${name}`]
  const character = (value: number): string => (value === 0 ? '`' : String.fromCharCode(value + 0x20))
  for (let at = 0; at < bytes.length; at += 45) {
    const piece = bytes.subarray(at, at + 45)
    lines.push(character(piece.length) + sixBits(piece).map(character).join(''))
  }
  return [...lines, '`', 'end', ''].join('\n')
}

export function yencoded(name: string, bytes: Buffer): string {
  const characters = [...bytes].map((byte) => {
    const value = (byte + 42) & 255
    return [0, 10, 13, 0x3d].includes(value)
      ? `=${String.fromCharCode((value + 64) & 255)}`
      : String.fromCharCode(value)
  })
  return `=ybegin line=128 size=${bytes.length} name=${name}\n${characters.join('')}\n=yend size=${bytes.length}\n`
}

const BINHEX = '!"#$%&\'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr'

/** Without checksums, at which no reader looks. @param bytes without 0x90 and without runs */
export function binhexed(name: string, bytes: Buffer): string {
  const lengths = Buffer.alloc(8)
  lengths.writeUInt32BE(bytes.length)
  const head = [Buffer.of(name.length), Buffer.from(name), Buffer.from('\0TEXTttxt\0\0'), lengths, Buffer.alloc(2)]
  const characters = sixBits(Buffer.concat([...head, bytes, Buffer.alloc(4)])).map((value) => BINHEX[value])
  const lines = `:${characters.join('')}:`.match(/.{1,64}/g) ?? []
  return `(This file must be converted with BinHex 4.0)\n\n${lines.join('\n')}\n`
}

/** A TNEF with one attachment (MS-OXTNEF). */
export function tnefWith(name: string, bytes: Buffer): Buffer {
  const attribute = (level: number, id: number, data: Buffer): Buffer => {
    const head = Buffer.alloc(9)
    head[0] = level
    head.writeUInt32LE(id, 1)
    head.writeUInt32LE(data.length, 5)
    const checksum = Buffer.alloc(2)
    checksum.writeUInt16LE(data.reduce((sum, byte) => (sum + byte) & 0xffff, 0))
    return Buffer.concat([head, data, checksum])
  }
  return Buffer.concat([
    Buffer.from('789f3e220100', 'hex'),
    attribute(1, 0x00089006, Buffer.from([0, 0, 1, 0])),
    attribute(2, 0x00069002, Buffer.alloc(14)),
    attribute(2, 0x00018010, Buffer.from(`${name}\0`)),
    attribute(2, 0x0006800f, bytes),
  ])
}

/** An S/MIME message that is compressed (RFC 3274), in DER. */
export function compressedMail(part: Buffer): Buffer {
  const der = (tag: number, ...contents: readonly Buffer[]): Buffer => {
    const content = Buffer.concat(contents)
    return Buffer.concat([Buffer.of(tag, 0x82, content.length >> 8, content.length & 255), content])
  }
  const oid = (hex: string): Buffer => Buffer.from(`06${(hex.length / 2).toString(16).padStart(2, '0')}${hex}`, 'hex')
  const inside = der(0x30, oid('2a864886f70d010701'), der(0xa0, der(0x04, deflateSync(part))))
  const compressed = der(0x30, Buffer.of(2, 1, 0), der(0x30, oid('2a864886f70d0109100308')), inside)
  return der(0x30, oid('2a864886f70d0109100109'), der(0xa0, compressed))
}

/** Values of six bits each, three bytes in four. */
function sixBits(bytes: Buffer): readonly number[] {
  const values: number[] = []
  for (let at = 0; at < bytes.length; at += 3) {
    const bits = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    values.push(bits >> 18, (bits >> 12) & 63, (bits >> 6) & 63, bits & 63)
  }
  return values
}
