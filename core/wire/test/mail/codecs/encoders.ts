/** Encoders that no library at hand has, for tests. */

export function uuencoded(name: string, bytes: Buffer, zero = '`'): string {
  const lines = [`begin 644 ${name}`]
  const character = (value: number): string => (value === 0 ? zero : String.fromCharCode(value + 0x20))
  for (let at = 0; at < bytes.length; at += 45) {
    const piece = bytes.subarray(at, at + 45)
    const characters = [piece.length]
    for (let group = 0; group < piece.length; group += 3) {
      const bits = ((piece[group] ?? 0) << 16) | ((piece[group + 1] ?? 0) << 8) | (piece[group + 2] ?? 0)
      characters.push(bits >> 18, (bits >> 12) & 63, (bits >> 6) & 63, bits & 63)
    }
    lines.push(characters.map(character).join(''))
  }
  return [...lines, zero, 'end', ''].join('\n')
}

/** Latin1 text, as it stands in a message. */
export function yencoded(name: string, bytes: Buffer): string {
  const characters = [...bytes].map((byte) => {
    const value = (byte + 42) & 255
    return [0, 10, 13, 0x3d].includes(value)
      ? `=${String.fromCharCode((value + 64) & 255)}`
      : String.fromCharCode(value)
  })
  const lines: string[] = []
  for (let at = 0; at < characters.length; at += 128) lines.push(characters.slice(at, at + 128).join(''))
  return [`=ybegin line=128 size=${bytes.length} name=${name}`, ...lines, `=yend size=${bytes.length}`, ''].join('\r\n')
}

const BINHEX = '!"#$%&\'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr'

export function binhexed(name: string, data: Buffer, resource: Buffer = Buffer.alloc(0)): string {
  const head = Buffer.alloc(19)
  head.write('TEXTttxt', 1, 'latin1')
  head.writeUInt32BE(data.length, 11)
  head.writeUInt32BE(resource.length, 15)
  const crc = Buffer.alloc(2)
  const whole = Buffer.concat([Buffer.of(name.length), Buffer.from(name, 'latin1'), head, crc])
  const shortened = runsShortened(Buffer.concat([whole, data, crc, resource, crc]))
  let text = ':'
  for (let at = 0; at < shortened.length; at += 3) {
    const left = Math.min(3, shortened.length - at)
    const bits = ((shortened[at] ?? 0) << 16) | ((shortened[at + 1] ?? 0) << 8) | (shortened[at + 2] ?? 0)
    for (let six = 0; six <= left; six++) text += BINHEX[(bits >> (18 - 6 * six)) & 63]
  }
  const lines = `${text}:`.match(/.{1,64}/g) ?? []
  return `(This file must be converted with BinHex 4.0)\r\n\r\n${lines.join('\r\n')}\r\n`
}

function runsShortened(bytes: Buffer): Buffer {
  const output: number[] = []
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0
    let run = 1
    while (bytes[at + run] === byte && run < 255) run++
    output.push(byte, ...(byte === 0x90 ? [0] : []))
    if (run > 3) output.push(0x90, run)
    at += run > 3 ? run : 1
  }
  return Buffer.from(output)
}
