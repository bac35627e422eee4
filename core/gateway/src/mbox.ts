/**
 * A message in the mailbox format `mboxrd`: a line `From <sender> <date>`, the message with LF line ends and with one more `>`
 * before each line of it that is `From ` behind any number of `>`, and a blank line. Taking one `>` off gives the message back.
 */
import type { Body } from '@fsigk/plugin-api'

/** In a chunk at a time, whatever the lengths of its lines. @param at ISO 8601 */
export async function* mbox(mailFrom: string, at: string, message: Body): AsyncGenerator<Buffer> {
  yield Buffer.from(`From ${sender(mailFrom)} ${mailboxDate(new Date(at))}\n`, 'latin1')
  const quoting = new Quoting()
  let last = LF
  for await (const chunk of message) {
    const quoted = quoting.push(chunk)
    last = quoted.at(-1) ?? last
    yield quoted
  }
  const rest = quoting.end()
  last = rest.at(-1) ?? last
  yield Buffer.concat([rest, last === LF ? NEWLINE : Buffer.from('\n\n')])
}

const LF = 10
const CR = 13
const QUOTE = 62 // >
const FROM = Buffer.from('From ')
const ONE_MORE = Buffer.from('>')
const NEWLINE = Buffer.from('\n')
const EMPTY = Buffer.alloc(0)

/** The null sender has a name here (as mail servers write it), and no sender may have a blank in it. */
function sender(mailFrom: string): string {
  const word = mailFrom.replaceAll(/[^\x21-\x7e]+/g, '_')
  return word === '' ? 'MAILER-DAEMON' : word.slice(0, MAX_SENDER_CHARACTERS)
}

/** RFC 5321, 4.5.3.1.3: a path is shorter. */
const MAX_SENDER_CHARACTERS = 320

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** As asctime(3) writes it, in UTC: `Tue Nov  3 08:00:00 2026`. */
function mailboxDate(at: Date): string {
  const [date, clock] = [String(at.getUTCDate()).padStart(2), at.toISOString().slice(11, 19)]
  return `${days[at.getUTCDay()]} ${months[at.getUTCMonth()]} ${date} ${clock} ${at.getUTCFullYear()}`
}

/** Works on what it is given and keeps back at most what may be the beginning of `From ` or of a line end. */
class Quoting {
  /** What came before on this line, if anything, was `>`. One more of them fits anywhere among them. */
  #isAtStart = true
  #kept: Buffer = EMPTY

  push(chunk: Buffer): Buffer {
    const bytes = this.#kept.length === 0 ? chunk : Buffer.concat([this.#kept, chunk])
    this.#kept = EMPTY
    const out: Buffer[] = []
    for (let at = 0; at < bytes.length; )
      at = this.#isAtStart ? this.#begin(bytes, at, out) : this.#line(bytes, at, out)
    return Buffer.concat(out)
  }

  /** @returns how far it came */
  #begin(bytes: Buffer, from: number, out: Buffer[]): number {
    let at = from
    while (bytes[at] === QUOTE) at += 1
    out.push(bytes.subarray(from, at))
    const word = bytes.subarray(at, at + FROM.length)
    if (word.length < FROM.length && word.equals(FROM.subarray(0, word.length))) {
      this.#kept = word
      return bytes.length
    }
    if (word.equals(FROM)) out.push(ONE_MORE)
    this.#isAtStart = false
    return at
  }

  /** @returns how far it came */
  #line(bytes: Buffer, from: number, out: Buffer[]): number {
    const end = bytes.indexOf(LF, from)
    const text = withoutReturn(bytes.subarray(from, end === -1 ? bytes.length : end))
    out.push(text)
    if (end === -1) {
      this.#kept = bytes.subarray(from + text.length)
      return bytes.length
    }
    out.push(NEWLINE)
    this.#isAtStart = true
    return end + 1
  }

  end(): Buffer {
    return this.#kept
  }
}

function withoutReturn(text: Buffer): Buffer {
  return text.at(-1) === CR ? text.subarray(0, -1) : text
}
