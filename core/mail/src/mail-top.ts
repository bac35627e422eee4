/** The first bytes of a message, kept while it streams: its header, and how its text begins. */
import type { Body, Envelope, NoticeVariables } from '@fsigk/plugin-api'
import { type HeaderField, headerFields } from './header-fields.js'
import { readableText } from './readable-text.js'
import { textOf } from './text-of.js'

/** So much is kept. A header that is longer is read as far as it was. */
const MAX_TOP_BYTES = 64 * 1024

export class MailTop {
  readonly #chunks: Buffer[] = []
  #bytes = 0
  #header: Header | undefined
  #fields: readonly HeaderField[] | undefined

  /** Takes the next bytes of the message; only the first are kept, without being copied. */
  push(chunk: Buffer): void {
    if (this.#bytes >= MAX_TOP_BYTES) return
    const kept = chunk.subarray(0, MAX_TOP_BYTES - this.#bytes)
    this.#chunks.push(kept)
    this.#bytes += kept.length
    this.#header = undefined
    this.#fields = undefined
  }

  /** The header, without the empty line behind it. */
  get header(): string {
    return textOf(this.#split().bytes, this.#isCut)
  }

  /** What it says to its reader, as far as that is known. */
  get text(): string {
    const { bytes, textAt } = this.#split()
    return readableText(bytes.toString('latin1'), Buffer.concat(this.#chunks).subarray(textAt), this.#isCut)
  }

  /** The values of all fields of this name, each in one line, as latin1. @param name lower case */
  values(name: string): readonly string[] {
    this.#fields ??= headerFields(this.#split().bytes.toString('latin1'))
    return this.#fields.filter((field) => field.name.toLowerCase() === name).map(({ value }) => value)
  }

  /** The value of the first field of this name; `''` without one. @param name lower case */
  value(name: string): string {
    return this.values(name)[0] ?? ''
  }

  /**
   * What templates may say of the message; it is looked for when it is asked for.
   *
   * @param envelope latin1, as it came over the wire
   */
  noticeVariables(envelope?: Envelope): NoticeVariables {
    return new TopVariables(this, envelope)
  }

  get #isCut(): boolean {
    return this.#bytes === MAX_TOP_BYTES
  }

  /** In nearly every message the header ends in the first piece. */
  #split(): Header {
    this.#header ??= headerOf(this.#chunks[0] ?? NOTHING) ?? wholeOrHeaderOf(Buffer.concat(this.#chunks))
    return this.#header
  }
}

/** Its properties are of the class, since an object with getters of its own costs a microsecond for each message. */
class TopVariables implements NoticeVariables {
  constructor(
    private readonly top: MailTop,
    private readonly envelope: Envelope | undefined,
  ) {}

  get mailFrom(): string {
    return textOf(Buffer.from(this.envelope?.mailFrom ?? '', 'latin1'))
  }

  get rcptTo(): string {
    return textOf(Buffer.from(this.envelope?.rcptTo.join(',') ?? '', 'latin1'))
  }

  get header(): string {
    return this.top.header
  }

  get text(): string {
    return this.top.text
  }

  get messageId(): string {
    return this.top.value('message-id')
  }
}

/** Hands a body on and keeps its top. */
export async function* tapped(body: Body, top: MailTop): Body {
  for await (const chunk of body) {
    top.push(chunk)
    yield chunk
  }
}

const NOTHING = Buffer.alloc(0)

interface Header {
  readonly bytes: Buffer
  /** Where in the message the text begins. */
  readonly textAt: number
}

/** Undefined when it does not end here. */
function headerOf(message: Buffer): Header | undefined {
  if (message[0] === 0x0a) return { bytes: NOTHING, textAt: 1 }
  if (message[0] === 0x0d && message[1] === 0x0a) return { bytes: NOTHING, textAt: 2 }
  const byCrLf = message.indexOf('\r\n\r\n')
  const byLf = (byCrLf === -1 ? message : message.subarray(0, byCrLf)).indexOf('\n\n')
  if (byLf !== -1) return { bytes: message.subarray(0, byLf + 1), textAt: byLf + 2 }
  return byCrLf === -1 ? undefined : { bytes: message.subarray(0, byCrLf + 2), textAt: byCrLf + 4 }
}

function wholeOrHeaderOf(message: Buffer): Header {
  return headerOf(message) ?? { bytes: message, textAt: message.length }
}
