/** Files in the properties of calendars (RFC 5545, 3.8.1.1) and cards (RFC 2426, vCard 2.1): base64, or quoted-printable. */
import { WireFault } from '../../wire-fault.js'
import { FoundValue, type ValueEvent, type ValueFile } from './found-value.js'

/** The name and the parameters of a property. */
const MAX_HEAD_CHARACTERS = 65_536

/** Others hold text in quoted-printable. */
const filed = /^(?:attach|photo|logo|sound|key|agent)$/i

const base64 =
  /;[ \t]*(?:encoding[ \t]*=[ \t]*["']?(?:b|base64)|value[ \t]*=[ \t]*["']?binary|base64)["']?[ \t]*(?:;|$)/i
const quotedPrintable = /;[ \t]*(?:encoding[ \t]*=[ \t]*["']?)?quoted-printable["']?[ \t]*(?:;|$)/i
const base64Line = /^[A-Za-z0-9+/=\s]+$/

/**
 * `head`: a property begins. `value`: of a file. `other`: of something else. `behind`: a line of base64 has ended, and the next may
 * be more of it without being folded, as vCard 2.1 has it.
 */
type State = 'head' | 'value' | 'other' | 'behind'

/** Reads a text that comes in pieces, with LF at the ends of its lines, which are unfolded. */
export class CardFiles {
  #state: State = 'head'
  #head = ''
  #value: FoundValue | undefined
  /** The value has a soft line end (RFC 2045, 6.7) last. */
  #isSoft = false;

  /** @throws WireFault for a property whose parameters have no end */
  *push(text: string): Generator<ValueEvent> {
    for (let at = 0; at < text.length; ) {
      const lineEnd = text.indexOf('\n', at)
      const end = lineEnd === -1 ? text.length : lineEnd
      yield* this.#piece(text.slice(at, end))
      if (lineEnd !== -1) yield* this.#endLine()
      at = end + 1
    }
  }

  *end(): Generator<ValueEvent> {
    yield* this.#endLine()
    yield* this.#close()
  }

  *#piece(text: string): Generator<ValueEvent> {
    if (this.#state === 'other') return
    if (this.#state === 'value') {
      yield* this.#data(text)
      return
    }
    this.#head += text
    const colon = colonOf(this.#head)
    if (colon !== -1) yield* this.#open(colon)
    else if (this.#head.length > MAX_HEAD_CHARACTERS) yield* this.#overlong()
  }

  /** A property's value begins behind the colon. */
  *#open(colon: number): Generator<ValueEvent> {
    yield* this.#close()
    this.#value = foundValue(this.#head.slice(0, colon))
    this.#state = this.#value === undefined ? 'other' : 'value'
    const rest = this.#head.slice(colon + 1)
    this.#head = ''
    yield* this.#data(rest)
  }

  *#overlong(): Generator<ValueEvent> {
    if (this.#state === 'behind' && base64Line.test(this.#head)) {
      this.#state = 'value'
      yield* this.#data(this.#head)
    } else {
      if (/^[\w.-]+;/.test(this.#head)) throw new WireFault('parameters of a property longer than can be meant')
      this.#state = 'other'
    }
    this.#head = ''
  }

  *#endLine(): Generator<ValueEvent> {
    if (this.#state === 'value' && this.#value?.file.encoding === 'quoted-printable') {
      if (this.#isSoft) yield* this.#data('\n')
      else {
        yield* this.#close()
        this.#state = 'head'
      }
    } else if (this.#state === 'value') this.#state = 'behind'
    else if (this.#state === 'other') this.#state = 'head'
    else yield* this.#endHead()
  }

  /** A line without a colon, or with one in quotation marks that do not end. */
  *#endHead(): Generator<ValueEvent> {
    const colon = this.#head.indexOf(':')
    if (colon !== -1) {
      yield* this.#open(colon)
      yield* this.#endLine()
      return
    }
    const isBlank = this.#head.trim() === ''
    const isMore = isBlank ? this.#value?.isEmpty === true : base64Line.test(this.#head)
    if (this.#state === 'behind' && isMore) yield* this.#data(this.#head)
    else {
      yield* this.#close()
      this.#state = 'head'
    }
    this.#head = ''
  }

  *#data(text: string): Generator<ValueEvent> {
    if (this.#value === undefined) return
    if (text !== '') this.#isSoft = /=[ \t]*$/.test(text)
    yield* this.#value.push(text)
  }

  *#close(): Generator<ValueEvent> {
    yield* this.#value?.end() ?? []
    this.#value = undefined
  }
}

/** Colons in quotation marks are of a parameter. */
function colonOf(head: string): number {
  let isQuoted = false
  for (let at = 0; at < head.length; at++) {
    if (head[at] === '"') isQuoted = !isQuoted
    else if (head[at] === ':' && !isQuoted) return at
  }
  return -1
}

/** @param head what stands before the colon. @returns undefined where no file is meant */
function foundValue(head: string): FoundValue | undefined {
  const name = /^(?:[\w-]+\.)?([\w-]+)[ \t]*(?=;)/.exec(head)?.[1]
  if (name === undefined) return undefined
  const isBase64 = base64.test(head)
  if (!isBase64 && !(quotedPrintable.test(head) && filed.test(name))) return undefined
  const names = parametersOf(head, '[\\w-]*name')
  const [type = ''] = parametersOf(head, '(?:fmt|media)type')
  const file: ValueFile = { names, type: type.trim(), encoding: isBase64 ? 'base64' : 'quoted-printable' }
  // Programs that show a card show its picture; what is attached to a date they store.
  return new FoundValue(file, !/^attach$/i.test(name) && names.length === 0)
}

function parametersOf(head: string, name: string): readonly string[] {
  const pattern = new RegExp(`;[ \\t]*${name}[ \\t]*=[ \\t]*(?:"([^"]*)"?|([^;]*))`, 'gi')
  return [...head.matchAll(pattern)].map(([, quoted, token = '']) => quoted ?? token).filter((value) => value !== '')
}
