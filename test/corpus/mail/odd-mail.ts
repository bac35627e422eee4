/** What an odd mail is, and what they are put together from. */
import { gzipSync } from 'node:zlib'
import { binhexed, quotedPrintable, tnefWith, uuencoded, wrapped, yencoded } from './encoders.js'

/** A mail that holds a payload where some reader finds it. */
export interface OddMail {
  /** Unique; says what is odd. */
  readonly title: string
  /** CR LF throughout, except where something else is what is odd. */
  readonly message: Buffer
  /** It is as the RFCs have it: with a harmless payload it must pass. */
  readonly isValid?: true
}

/** A payload as it stands in mails. Latin1. */
export interface Payload {
  readonly raw: string
  readonly base64: string
  readonly quoted: string
  /** Every byte escaped. */
  readonly escaped: string
  readonly uuencode: string
  readonly yenc: string
  readonly binhex: string
  readonly tnef: string
  readonly gzip: string
  /** A whole mail that has it as an attachment. */
  readonly mail: string
  readonly gzippedMail: string
}

/** What the title says, and the text of the mail; `valid` where nothing is odd about it but that it is rare. */
export type Row = readonly [title: string, text: (payload: Payload) => string, valid?: 'valid']

const LINE_FEED = '\u240a'
const CARRIAGE_RETURN = '\u240d'

/** Bare ones, where every other line end becomes CR LF. */
export const bare = { lf: LINE_FEED, cr: CARRIAGE_RETURN } as const

export const sender =
  'From: Ann Example <ann@example.com>\nTo: Bob Example <bob@example.org>\nSubject: Minutes\nDate: Tue, 24 Nov 2026 09:30:00 +0900\nMessage-ID: <20261124.1@example.com>\n'

/** A mail with these further fields. */
export function mailOf(fields: string, body: string): string {
  return `${sender}MIME-Version: 1.0\n${fields}\n\n${body}`
}

/** A multipart of a text and one part. @param type of the whole */
export function withPart(fields: string, body: string, type = 'multipart/mixed; boundary="b1"'): string {
  return mailOf(
    `Content-Type: ${type}`,
    `--b1\nContent-Type: text/plain\n\nSee the file.\n--b1\n${fields}\n\n${body}\n--b1--\n`,
  )
}

export const attached = 'Content-Disposition: attachment; filename="minutes.bin"'
export const octets = `Content-Type: application/octet-stream\n${attached}`
export const base64Part = `${octets}\nContent-Transfer-Encoding: base64`

export function payloadOf(bytes: Buffer): Payload {
  const base64 = wrapped(bytes)
  const mail = withPart(base64Part, base64)
  return {
    raw: bytes.toString('latin1'),
    base64,
    quoted: quotedPrintable(bytes),
    escaped: escaped(bytes),
    uuencode: uuencoded('minutes.bin', bytes),
    yenc: yencoded('minutes.bin', bytes),
    binhex: binhexed('minutes.bin', bytes),
    tnef: wrapped(tnefWith('minutes.bin', bytes)),
    gzip: wrapped(gzipSync(bytes)),
    mail,
    gzippedMail: wrapped(gzipSync(wire(mail))),
  }
}

/** Text as the bytes of a message. */
export function wire(text: string): Buffer {
  const ended = text.replaceAll('\n', '\r\n').replaceAll(LINE_FEED, '\n').replaceAll(CARRIAGE_RETURN, '\r')
  return Buffer.from(ended, 'latin1')
}

/** Every byte as an escape, in lines of 20. */
function escaped(bytes: Buffer): string {
  const escapes = [...bytes].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`)
  return escapes.map((each, at) => (at % 20 === 19 ? `${each}=\n` : each)).join('')
}
