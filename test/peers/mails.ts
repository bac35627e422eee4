/** Mails as people send them. */
import { EICAR } from './samples.js'

/** A mail with a text and an attachment. */
export function mailWith(attachment: Buffer, subject = 'Holiday', name = 'file.com'): string {
  return [
    'Date: Mon, 07 Oct 2002 12:00:00 +0900',
    'From: Bob <bob@example.org>',
    'To: Ann <ann@example.org>, carol@example.org',
    'Cc: dave@example.org',
    `Subject: ${subject}`,
    `Message-Id: <${subject.toLowerCase()}@example.org>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="cut-here"',
    '',
    '--cut-here',
    'Content-Type: text/plain',
    '',
    'See the attachment.',
    '.hidden begins with a dot',
    '--cut-here',
    `Content-Type: application/octet-stream; name="${name}"`,
    `Content-Disposition: attachment; filename="${name}"`,
    'Content-Transfer-Encoding: base64',
    '',
    ...(attachment.toString('base64').match(/.{1,76}/g) ?? []),
    '--cut-here--',
    '',
  ].join('\r\n')
}

export const CLEAN_MAIL: string = mailWith(Buffer.from('nothing to see'), 'Clean')
export const INFECTED_MAIL: string = mailWith(EICAR, 'Infected', 'eicar.com')
