/** What a text holds that readers take out of it, seen while it passes. */

/** A boundary line and the beginning of the field behind it are within so many bytes, as is whatever else is looked for. */
const OVERLAP_BYTES = 4096

const NOTHING = Buffer.alloc(0)

/** A line of dashes with a field of MIME behind it: a multipart, whether it is said to be one or not. */
const undeclared =
  /(?:^|[\r\n])--([^\r\n]{0,998})(?:\r\n|\r|\n)(?:[\w-]{1,60}:[^\r\n]{0,500}(?:\r\n|\r|\n)){0,4}content-[a-z-]{1,40}[ \t]*:/i

const undeclaredAll = new RegExp(undeclared, 'gi')

const card = /begin:v(?:card|calendar)/i
const dataUri = /data:\s{0,16}(?:[\w!#$&^.+-]{1,64}\/|[;,])/i
/** Found sooner without what stands before it. */
const base64Uri = /base64\s{0,16},/i

const quotedMail = /[\r\n]content-transfer-encoding[ \t]{0,16}:/i

export class TextScreen {
  hasParts = false
  hasDataUris = false
  /** A field stands in it that says how something is encoded. */
  hasQuotedMails = false
  #tail: Buffer = NOTHING

  /** @param hasCards it is said to hold calendars or cards */
  constructor(public hasCards: boolean) {}

  push(bytes: Buffer): void {
    if (this.hasParts && this.hasDataUris && this.hasQuotedMails && this.hasCards) return
    const input = Buffer.concat([this.#tail, bytes])
    const text = latin1Of(input)
    this.hasParts ||= input.includes('--') && undeclared.test(text)
    this.hasDataUris ||= dataUri.test(text) || base64Uri.test(text)
    this.hasQuotedMails ||= quotedMail.test(text)
    this.hasCards ||= card.test(text)
    this.#tail = input.subarray(-OVERLAP_BYTES)
  }

  get hasAny(): boolean {
    return this.hasParts || this.hasDataUris || this.hasQuotedMails || this.hasCards
  }
}

/** Of UTF-16 what is ASCII. */
function latin1Of(bytes: Buffer): string {
  const text = bytes.toString('latin1')
  return bytes.includes(0) ? text.replaceAll('\0', '') : text
}

/** The boundaries of multiparts in a text that do not say what they are. */
export async function undeclaredBoundaries(bytes: AsyncIterable<Buffer>): Promise<readonly string[]> {
  const found = new Set<string>()
  let tail: Buffer = NOTHING
  for await (const chunk of bytes) {
    const text = Buffer.concat([tail, chunk])
    for (const [, boundary = ''] of text.toString('latin1').matchAll(undeclaredAll)) found.add(boundary.trimEnd())
    tail = text.subarray(-OVERLAP_BYTES)
    if (found.size > MAX_UNDECLARED) break
  }
  return [...found].slice(0, MAX_UNDECLARED)
}

const MAX_UNDECLARED = 16
