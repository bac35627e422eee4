/** One mail from a client of commands, as it goes over the wire. */
import type { SmtpClient } from './smtp-client.js'

export const SENDER = 'sender@example.org'
export const RECIPIENT = 'recipient@example.com'

/** A small mail, whole: its lines end in CRLF. */
export const MAIL = [
  `From: <${SENDER}>`,
  `To: <${RECIPIENT}>`,
  'Cc: <other@example.com>',
  'Date: Mon, 1 Jan 2024 10:00:00 +0900',
  'Message-Id: <1@example.org>',
  'Subject: hello',
  '',
  'A line',
  '',
].join('\r\n')

export interface SentMail {
  readonly from?: string
  readonly to?: readonly string[]
  /** As it goes over the wire, without the dot at its end. */
  readonly message?: string | Buffer
}

/** Says MAIL, RCPT and DATA, each after the reply to the one before. @returns the last reply */
export async function beginMail(
  client: SmtpClient,
  { from = SENDER, to = [RECIPIENT] }: SentMail = {},
): Promise<string> {
  return await client.say(`MAIL FROM:<${from}>`, ...to.map((each) => `RCPT TO:<${each}>`), 'DATA')
}

/** @returns the reply to the end of the message */
export async function sendMail(client: SmtpClient, mail: SentMail = {}): Promise<string> {
  await beginMail(client, mail)
  client.raw.send(mail.message ?? MAIL)
  client.raw.send('.\r\n')
  return await client.reply()
}
