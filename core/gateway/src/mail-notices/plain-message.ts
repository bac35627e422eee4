/**
 * Reads a message that no reader could take for anything but one plain text, as our notices are: ASCII in its header, each
 * line of it a field or the rest of one, nothing that says otherwise what the text is, and no byte behind it. Whatever is not
 * exactly so is none.
 */

/** Values by lower-case names, each in one line. */
export type HeaderFields = ReadonlyMap<string, readonly string[]>

export interface PlainMessage {
  readonly fields: HeaderFields
  /** Decoded. */
  readonly text: Buffer
}

const HEADER_END = '\r\n\r\n'
const FIELD = /^([!-9;-~]+):([\t -~]*)$/
const CONTINUED = /^[\t ]+([\t -~]*)$/
/** Notices have one that says so; mail servers put the parameter in quotes at times. */
const PLAIN_TEXT = /^text\/plain; ?charset="?utf-8"?$/i
const ENCODINGS: ReadonlySet<string> = new Set(['', '7bit', '8bit', 'base64'])
/** How a body is read, said in other words than MIME's: RFC 1154, and the mail tool of SunOS. */
const OTHER_WORDS = /^(?:content-.*|encoding|encrypted|x-sun-.*)$/

export function readPlainMessage(message: Buffer): PlainMessage | undefined {
  const end = message.indexOf(HEADER_END)
  if (end === -1) return undefined
  const fields = readHeader(message.toString('latin1', 0, end + 2))
  if (fields === undefined) return undefined
  const [type = '', ...types] = fields.get('content-type') ?? []
  const [encoding = '', ...encodings] = fields.get('content-transfer-encoding') ?? []
  if (!PLAIN_TEXT.test(type) || types.length > 0 || encodings.length > 0) return undefined
  for (const name of fields.keys())
    if (OTHER_WORDS.test(name) && name !== 'content-type' && name !== 'content-transfer-encoding') return undefined
  const text = decoded(encoding.toLowerCase(), message.subarray(end + HEADER_END.length))
  return text === undefined ? undefined : { fields, text }
}

/** Undefined when it is no header to the letter. */
export function readHeader(header: string): HeaderFields | undefined {
  const fields = new Map<string, string[]>()
  let values: string[] | undefined
  const lines = header.split('\r\n')
  if (lines.pop() !== '') return undefined
  for (const line of lines) {
    const continued = CONTINUED.exec(line)?.[1]?.trim()
    if (continued !== undefined) {
      // A line of blanks alone is the end of the header to some readers.
      const before = values?.pop()
      if (before === undefined || continued === '') return undefined
      values?.push(`${before} ${continued}`)
      continue
    }
    const [, name, value] = FIELD.exec(line) ?? []
    if (name === undefined || value === undefined) return undefined
    values = fields.get(name.toLowerCase()) ?? []
    values.push(value.trim().replaceAll(/[\t ]+/g, ' '))
    fields.set(name.toLowerCase(), values)
  }
  return fields
}

function decoded(encoding: string, body: Buffer): Buffer | undefined {
  if (!ENCODINGS.has(encoding)) return undefined
  if (encoding !== 'base64') return body
  const lines = body.toString('latin1').replaceAll('\r\n', '')
  const text = Buffer.from(lines, 'base64')
  return text.toString('base64') === lines ? text : undefined
}
