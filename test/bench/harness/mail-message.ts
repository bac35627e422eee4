/** Mails of a given size, as people send them: a text and a file. */
import { randomBytes } from 'node:crypto'

/** What the sink says of a message. */
export const KEPT = '250 2.0.0 kept'

const BOUNDARY = '=_bench'
const FILE_LINE_BYTES = 57
const TEXT = 'Line after line of a text that says nothing that anyone would want to know.\r\n'.repeat(25)
const END = `\r\n--${BOUNDARY}--\r\n`

/** @param bytes about so long it is. @param found stands at the beginning of the file; random bytes unless told */
export function mailOf(bytes: number, found?: Buffer): Buffer {
  const head = [
    'From: A Sender <sender@example.net>',
    'To: A Recipient <recipient@example.com>',
    'Subject: the papers',
    'Date: Tue, 24 Nov 2026 10:00:00 +0000',
    'Message-ID: <papers@example.net>',
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${BOUNDARY}"`,
    '',
    `--${BOUNDARY}`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    TEXT,
    `--${BOUNDARY}`,
    `Content-Type: application/octet-stream; name="papers.${found === undefined ? 'bin' : 'com'}"`,
    'Content-Disposition: attachment',
    'Content-Transfer-Encoding: base64',
    '',
    '',
  ].join('\r\n')
  const lines = Math.max(1, Math.floor((bytes - head.length - END.length) / (FILE_LINE_BYTES + 21)))
  const file = found ?? randomBytes(lines * FILE_LINE_BYTES)
  const coded = file.toString('base64').replace(/.{76}/g, '$&\r\n')
  return Buffer.from(`${head}${coded}${END}`, 'latin1')
}

/** Where bytes may be changed so that text and file become others: two stretches of letters. */
export function changeable(mail: Buffer): readonly number[] {
  return [mail.indexOf('Line after'), mail.indexOf('base64\r\n\r\n') + 'base64\r\n\r\n'.length]
}
