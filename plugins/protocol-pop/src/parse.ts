/**
 * Bytes of one direction of a connection → commands or replies. Incremental and pure: bytes are pushed in whatever pieces
 * they come, lines are taken out when they are whole, what is not taken yet is kept.
 */
import { LineReader } from '@fsigk/wire'
import type { Reply } from './reply.js'

const CR = 0x0d

/** The longest line of a command, in bytes without its line end (guide 11.10). */
const MAX_LINE_BYTES = 998

/** The longest answer of a client to a challenge of AUTH (RFC 5034, 4): tokens are long. */
const MAX_SASL_BYTES = 12_288

/** So much of a line that is too long is read past; who sends more sends no commands. */
const MAX_SKIPPED_BYTES = 64 * 1024

/** RFC 2449, 4 says 512; greetings are known that say more. */
const MAX_REPLY_BYTES = 4096

/** Why a line is none. `endless`: it is so long that nothing that follows should be waited for. */
export type LineFault = 'tooLongLine' | 'illegalCharacter' | 'endless'

/** A line of a client, latin1, without its end. */
export interface Line {
  readonly line: string
}

/** What a client sends: lines, each ending in LF, with or without a CR in front. */
export class CommandReader extends LineReader {
  /** Of a line that is too long, which has been told: the rest is read past. */
  #skipped: number | undefined

  /** Takes the next command; undefined while it has not come whole. */
  takeCommand(): Line | LineFault | undefined {
    return this.#take(MAX_LINE_BYTES)
  }

  /** Takes the answer to a challenge. */
  takeAnswer(): Line | LineFault | undefined {
    return this.#take(MAX_SASL_BYTES)
  }

  #take(maxBytes: number): Line | LineFault | undefined {
    const end = this.lineFeed()
    if (this.#skipped !== undefined) return end === -1 ? this.#skip() : this.#afterSkipping(end, maxBytes)
    if (end === -1) return this.bytes.length > maxBytes + 1 ? this.#tooLong() : undefined
    const line = this.bytes.toString('latin1', 0, this.bytes[end - 1] === CR ? end - 1 : end)
    this.consume(end + 1)
    if (line.length > maxBytes) return 'tooLongLine'
    return CONTROLS.test(line) ? 'illegalCharacter' : { line }
  }

  #tooLong(): LineFault {
    this.#skipped = 0
    return this.#skip() ?? 'tooLongLine'
  }

  #skip(): 'endless' | undefined {
    this.#skipped = (this.#skipped ?? 0) + this.bytes.length
    this.consume(this.bytes.length)
    return this.#skipped > MAX_SKIPPED_BYTES ? 'endless' : undefined
  }

  #afterSkipping(end: number, maxBytes: number): Line | LineFault | undefined {
    this.#skipped = undefined
    this.consume(end + 1)
    return this.#take(maxBytes)
  }
}

/** What may end a line, or a string, for whoever reads it after us. */
const CONTROLS = /[\x00-\x08\x0a-\x1f\x7f]/

/** A command as it was meant. */
export interface Command {
  /** Upper case. */
  readonly verb: string
  /** What follows the verb and the one space behind it, as it came: a password may begin with a space. */
  readonly argument: string
  /** The same, taken apart at spaces. */
  readonly words: readonly string[]
}

/** Reads a line as a command: letter case, and spaces around and between its words, make no other command of it. */
export function parseCommand(line: string): Command {
  const [, verb = '', argument = ''] = /^[ \t]*([^ \t]*)(?:[ \t](.*))?$/s.exec(line) ?? []
  return { verb: verb.toUpperCase(), argument, words: wordsOf(argument) }
}

/** Most commands have one word, or none. */
function wordsOf(argument: string): readonly string[] {
  if (argument === '') return []
  if (!/[ \t]/.test(argument)) return [argument]
  return argument.split(/[ \t]+/).filter((word) => word !== '')
}

const OK = /^\+OK(?:[ \t]|$)/i
const ERROR = /^-ERR(?:[ \t]|$)/i
const CHALLENGE = /^\+(?:[ \t]|$)/

function kindOf(line: string): Reply['is'] | undefined {
  if (OK.test(line)) return 'ok'
  if (ERROR.test(line)) return 'error'
  return CHALLENGE.test(line) ? 'challenge' : undefined
}

/** What a server sends: replies in a line, and the text of several lines that follows some of them. */
export class ReplyReader extends LineReader {
  /** Takes the next reply; undefined while it has not come whole. What is not a reply stays. */
  takeReply(): Reply | 'malformed' | undefined {
    const end = this.lineFeed()
    if (end === -1 ? this.bytes.length > MAX_REPLY_BYTES : end > MAX_REPLY_BYTES) return 'malformed'
    if (end === -1) return undefined
    if (this.bytes[end - 1] !== CR) return 'malformed'
    const line = this.bytes.toString('latin1', 0, end - 1)
    const is = kindOf(line)
    if (is === undefined || CONTROLS.test(line)) return 'malformed'
    this.consume(end + 1)
    return { is, line }
  }
}
