/**
 * Bytes of one direction of a connection → commands or replies. Incremental and pure: bytes are pushed in whatever pieces
 * they come, lines are taken out when they are whole, what is not taken yet is kept.
 */
import { LineReader } from '@fsigk/wire'
import type { Reply } from './reply.js'
import type { SmtpSettings } from './settings.js'

const CR = 0x0d
const LF = 0x0a
const NUL = 0x00

/** The longest line of a command, in bytes without its CRLF (guide 11.9). */
const MAX_LINE_BYTES = 9998

/** What one reply may be: servers say much in reply to EHLO and HELP, but not so much. */
const MAX_REPLY_BYTES = 64 * 1024

/** Why a line is none: it is too long, or something else than CRLF may be its end. */
export type LineFault = 'tooLongLine' | 'lineEnd'

/** A line of a command, latin1, without its end. */
export interface CommandLine {
  readonly line: string
}

/** What a client sends: lines of commands, and between them messages as they come. */
export class CommandReader extends LineReader {
  /** What a CR or LF by itself and a NUL mean, in commands. */
  bareLineEnds: SmtpSettings['bare_line_ends'] = 'refuse'

  /** Takes the next line; undefined while it has not come whole. */
  takeLine(): CommandLine | LineFault | undefined {
    const line = this.bareLineEnds === 'refuse' ? this.#strictLine() : this.#anyLine()
    return typeof line === 'object' && line.line.length > MAX_LINE_BYTES ? 'tooLongLine' : line
  }

  #strictLine(): CommandLine | LineFault | undefined {
    const end = this.lineFeed()
    if (end === -1) return this.bytes.length > MAX_LINE_BYTES + 1 ? 'tooLongLine' : undefined
    const line = this.bytes.subarray(0, Math.max(0, end - 1))
    if (this.bytes[end - 1] !== CR || line.includes(CR) || line.includes(NUL)) return 'lineEnd'
    return this.#taken(line, end + 1)
  }

  /** Every CR and LF ends a line, CRs before an LF with it; NULs are left out. */
  #anyLine(): CommandLine | LineFault | undefined {
    const { bytes } = this
    for (let at = this.searched; at < bytes.length; at++) {
      if (bytes[at] !== CR && bytes[at] !== LF) continue
      let end = at
      while (bytes[end] === CR) end++
      // An LF may follow, and belong to it.
      if (end === bytes.length && end - at <= MAX_LINE_BYTES) {
        this.searched = at
        return undefined
      }
      return this.#taken(bytes.subarray(0, at), bytes[end] === LF ? end + 1 : at + 1)
    }
    this.searched = bytes.length
    return bytes.length > MAX_LINE_BYTES ? 'tooLongLine' : undefined
  }

  #taken(bytes: Buffer, length: number): CommandLine {
    const text = bytes.toString('latin1')
    this.consume(length)
    return { line: text.includes('\0') ? text.replaceAll('\0', '') : text }
  }
}

const REPLY_LINE = /^([2-5]\d\d)(?:([ -])([^\r\0]*))?\r$/

/** What a server sends (RFC 5321, 4.2): replies of one line or more, read strictly. */
export class ReplyReader extends LineReader {
  #lines: string[] = []
  #code = 0
  #taken = 0

  /** Takes the next reply; undefined while it has not come whole. What is not a reply stays. */
  takeReply(): Reply | 'malformed' | undefined {
    for (let end = this.lineFeed(); end !== -1; end = this.lineFeed()) {
      const found = REPLY_LINE.exec(this.bytes.toString('latin1', 0, end))
      if (found === null) return 'malformed'
      const code = Number(found[1])
      if (this.#lines.length > 0 && code !== this.#code) return 'malformed'
      this.#taken += end + 1
      if (this.#taken > MAX_REPLY_BYTES) return 'malformed'
      this.consume(end + 1)
      this.#code = code
      this.#lines.push(found[3] ?? '')
      if (found[2] === '-') continue
      const lines = this.#lines
      this.#lines = []
      this.#taken = 0
      return { code, lines }
    }
    return this.#taken + this.bytes.length > MAX_REPLY_BYTES ? 'malformed' : undefined
  }
}
