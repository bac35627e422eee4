/** What nobody without its key can look into, as far as the outside shows (guide 7.1.1.2, block_encrypted). */
import type { Entity } from './entity.js'
import type { MailUnscanned } from './mail-reading.js'

const NONE: readonly MailUnscanned[] = []

export function encryptedByHeader({ types, contentTypes }: Entity): readonly MailUnscanned[] {
  if (types.includes('multipart/encrypted')) return encrypted('multipart/encrypted')
  if (types.some((type) => /^application\/(?:x-)?pgp-encrypted$/.test(type))) return encrypted('PGP')
  const isPkcs7 = types.some((type) => /^application\/(?:x-)?pkcs7-mime$/.test(type))
  return isPkcs7 && contentTypes.some((value) => /enveloped-?data/i.test(value)) ? encrypted('S/MIME') : NONE
}

/** By the first bytes of a file. */
const files: readonly { readonly detail: string; readonly is: (start: Buffer) => boolean }[] = [
  { detail: 'ZIP', is: isZip },
  { detail: 'RAR', is: (start) => isRar4(start) || isRar5(start) },
  { detail: '7z', is: is7z },
  { detail: 'S/MIME', is: isEnveloped },
  { detail: 'PGP', is: isPgp },
  { detail: 'Office', is: isOffice },
]

/** @param start the first 8 KiB of a part, decoded */
export function encryptedByStart(start: Buffer): readonly MailUnscanned[] {
  const file = files.find(({ is }) => is(start))
  return file === undefined ? NONE : encrypted(file.detail)
}

function encrypted(detail: string): readonly MailUnscanned[] {
  return [{ because: 'encrypted', detail }]
}

function beginsWith(start: Buffer, hexadecimal: string): boolean {
  return start.subarray(0, hexadecimal.length / 2).equals(Buffer.from(hexadecimal, 'hex'))
}

function isPgp(start: Buffer): boolean {
  return start.includes('-----BEGIN PGP MESSAGE') && /^\s*-----BEGIN PGP MESSAGE/m.test(start.toString('latin1'))
}

/** Of each local header (APPNOTE 4.3.7) that is seen: bit 0 of its flags, which AES sets too. */
function isZip(start: Buffer): boolean {
  if (!beginsWith(start, '504b0304')) return false
  for (let at = 0; at !== -1; at = start.indexOf('PK\x03\x04', at + 4, 'latin1'))
    if (((start[at + 6] ?? 0) & 1) === 1) return true
  return false
}

/** Encrypted headers (MHD_PASSWORD), or a first file that is encrypted (LHD_PASSWORD). */
function isRar4(start: Buffer): boolean {
  if (!beginsWith(start, '526172211a0700')) return false
  const mainFlags = flagsAt(start, 10)
  const file = 7 + flagsAt(start, 12)
  return (mainFlags & 0x80) !== 0 || (start[file + 2] === 0x74 && (flagsAt(start, file + 3) & 0x04) !== 0)
}

function flagsAt(bytes: Buffer, at: number): number {
  return bytes.length < at + 2 ? 0 : bytes.readUInt16LE(at)
}

/** An encryption header (type 4), or a first file with an encryption record (type 1) in its extra area. */
function isRar5(start: Buffer): boolean {
  if (!beginsWith(start, '526172211a070100')) return false
  let at = 8
  for (let header = 0; header < 2; header++) {
    const size = number(start, at + 4)
    const type = number(start, size.end)
    if (type.value === 4) return true
    const flags = number(start, type.end)
    const extra = (flags.value & 1) === 1 ? number(start, flags.end).value : 0
    const end = size.end + size.value
    if (type.value === 2) return hasEncryptionRecord(start.subarray(Math.max(0, end - extra), end))
    at = end
  }
  return false
}

function hasEncryptionRecord(extra: Buffer): boolean {
  let at = 0
  while (at < extra.length) {
    const size = number(extra, at)
    if (number(extra, size.end).value === 1) return true
    at = size.end + Math.max(1, size.value)
  }
  return false
}

/** RAR's own: seven bits a byte, the lowest first. */
function number(bytes: Buffer, start: number): { readonly value: number; readonly end: number } {
  let value = 0
  for (let at = start, factor = 1; at < start + 10; at++, factor *= 128) {
    const byte = bytes[at] ?? 0
    value += (byte & 0x7f) * factor
    if (byte < 0x80) return { value, end: at + 1 }
  }
  return { value, end: start + 10 }
}

/** The method of AES (06f10701), where the header that names it is near. */
function is7z(start: Buffer): boolean {
  return beginsWith(start, '377abcaf271c') && start.includes(Buffer.from('06f10701', 'hex'))
}

/** id-envelopedData (1.2.840.113549.1.7.3) or id-authEnvelopedData (1.2.840.113549.1.9.16.1.23), in DER or BER. */
function isEnveloped(start: Buffer): boolean {
  if (start[0] !== 0x30) return false
  const head = start.subarray(0, 32).toString('hex')
  return head.includes('06092a864886f70d010703') || head.includes('060b2a864886f70d0109100117')
}

/** A compound file with the stream `EncryptedPackage` (MS-OFFCRYPTO), where its directory is near. */
function isOffice(start: Buffer): boolean {
  return beginsWith(start, 'd0cf11e0a1b11ae1') && start.includes(Buffer.from('EncryptedPackage', 'utf16le'))
}
