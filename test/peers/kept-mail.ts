/** A mail as postfix keeps it in a maildir: the fields that its delivery put on top, and below them what it was sent. */

export interface KeptMail {
  /** Of the envelope; `''` for none. */
  readonly sender: string
  readonly recipient: string
  /** The name that the mail had in the queue of this server: a mail that came twice has two. */
  readonly queueId: string
  /** What the server was sent, below its own Received; latin1, lines end with LF. */
  readonly text: string
  /** The fields of the header, in order, unfolded; names in lower case. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** After the blank line. */
  readonly body: string
}

export function readKeptMail(file: Buffer): KeptMail {
  const whole = file.toString('latin1')
  const own = /^Return-Path: <(.*)>\nX-Original-To: .*\nDelivered-To: (.*)\nReceived: (?:.*\n[ \t])*.*\n/.exec(whole)
  if (own === null) throw new Error(`This is no mail as postfix keeps it:\n${whole}`)
  const text = whole.slice(own[0].length)
  const blank = text.indexOf('\n\n')
  const header = blank === -1 ? text : text.slice(0, blank + 1)
  return {
    sender: own[1] ?? '',
    recipient: own[2] ?? '',
    queueId: /\sid (\w+)/.exec(own[0])?.[1] ?? '',
    text,
    fields: [...header.matchAll(/^([!-9;-~]+):[ \t]*(.*(?:\n[ \t].*)*)/gm)].map(([, name = '', value = '']) => [
      name.toLowerCase(),
      value.replaceAll('\n', ''),
    ]),
    body: blank === -1 ? '' : text.slice(blank + 2),
  }
}

/** The values of a field, in order. */
export function valuesOf(mail: KeptMail, name: string): readonly string[] {
  return mail.fields.filter(([each]) => each === name.toLowerCase()).map(([, value]) => value)
}
