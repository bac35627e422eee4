/**
 * One log file that several workers append to at once. Whole lines go out in one write (`O_APPEND`), so that they never
 * mix. While the disk is full, lines wait in a bounded buffer and are written when there is room again; what did not fit
 * into the buffer is counted, never silently lost.
 */
import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { fail } from '../errors.js'
import { makeFolder } from '../make-folder.js'
import { systemErrorSuffix } from '../system-error.js'

/** What may wait for a full disk, for each file. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024
const RETRY_MS = 1000
const FILE_MODE = 0o640
const FOLDER_MODE = 0o750
/** Not blocking, so that a named pipe without a reader is refused rather than waited for. Files do not mind. */
const APPENDING = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK

/** What happened to a log file that people should know of. `lostLines` is told on recovery. */
export type LogFileEvent =
  | { readonly is: 'failing'; readonly path: string; readonly reason: string }
  | { readonly is: 'recovered'; readonly path: string; readonly reason: string; readonly lostLines: number }

export class LogFile {
  #fd: number
  #lines = ''
  /** What a failed write left behind, and the lines since; empty unless failing. */
  #waiting = ''
  /** Until when nothing is written, as long as there is room for what waits. 0: it is written at once. */
  #heldUntilMs = 0
  #failing: { readonly reason: string; retryAtMs: number; lostLines: number } | undefined

  /** @throws FSIGK_LOG_OPEN_FAILED */
  constructor(
    readonly path: string,
    private readonly onEvent: (event: LogFileEvent) => void,
  ) {
    this.#fd = openForAppending(path)
  }

  /** Whether something is left to write after `flush`. */
  get isWaiting(): boolean {
    return this.#failing !== undefined || (this.#heldUntilMs !== 0 && this.#lines !== '')
  }

  /**
   * Writes nothing for so long, or until `reopen`: somebody copies the file and cuts it off, and a line that is written in
   * between is in neither. When 4 MB wait, they are written all the same.
   */
  hold(ms: number): void {
    this.flush()
    this.#heldUntilMs = Date.now() + ms
  }

  /** Takes a whole line, or several, each with its newline. Nothing is written before `flush`. */
  append(line: string): void {
    this.#lines += line
  }

  /** Writes what was appended. Never throws: a log that cannot be written stops no traffic. */
  flush(): void {
    if (this.#heldUntilMs !== 0) {
      if (Date.now() < this.#heldUntilMs && this.#lines.length < MAX_WAITING_BYTES) return
      this.#heldUntilMs = 0
    }
    if (this.#failing !== undefined) this.#retry()
    else if (this.#lines !== '') this.#write()
  }

  /**
   * Opens the path anew, after a rotation has moved the file away. The lines so far go to the old file. When the new one
   * cannot be opened, the old one stays in use and the event tells so.
   */
  reopen(): void {
    this.#heldUntilMs = 0
    this.flush()
    let fd: number
    try {
      fd = openForAppending(this.path)
    } catch (error) {
      this.onEvent({ is: 'failing', path: this.path, reason: ` ${String(error)}` })
      return
    }
    closeSync(this.#fd)
    this.#fd = fd
  }

  close(): void {
    if (this.#fd === -1) return
    this.#heldUntilMs = 0
    if (this.#failing !== undefined) this.#failing.retryAtMs = 0
    this.flush()
    closeSync(this.#fd)
    this.#fd = -1
  }

  #write(): void {
    const lines = this.#lines
    this.#lines = ''
    const error = this.#writeAll(lines)
    if (error === undefined) return
    const reason = systemErrorSuffix(error)
    this.#failing = { reason, retryAtMs: Date.now() + RETRY_MS, lostLines: 0 }
    this.onEvent({ is: 'failing', path: this.path, reason })
  }

  #retry(): void {
    const failing = this.#failing
    if (failing === undefined) return
    this.#keep(failing)
    const now = Date.now()
    if (now < failing.retryAtMs) return
    failing.retryAtMs = now + RETRY_MS
    const lines = this.#waiting
    this.#waiting = ''
    if (this.#writeAll(lines) !== undefined) return
    this.#failing = undefined
    this.onEvent({ is: 'recovered', path: this.path, reason: failing.reason, lostLines: failing.lostLines })
  }

  /** Moves new lines behind those that wait, as far as there is room for them. */
  #keep(failing: { lostLines: number }): void {
    if (this.#waiting.length + this.#lines.length <= MAX_WAITING_BYTES) this.#waiting += this.#lines
    else failing.lostLines += this.#lines.split('\n').length - 1
    this.#lines = ''
  }

  /** @returns what stopped it, with the rest kept in `#waiting` */
  #writeAll(lines: string): unknown {
    // Lines are ASCII: every value in them has been encoded.
    const bytes = Buffer.from(lines, 'latin1')
    let written = 0
    try {
      while (written < bytes.length) written += writeSync(this.#fd, bytes, written)
      return undefined
    } catch (error) {
      this.#waiting = unwritten(bytes, written)
      return error
    }
  }
}

/**
 * What has to be written again when a write stopped in the middle of a line: that line from its start, since another
 * worker may have written behind the torn piece, with a newline before it.
 */
function unwritten(bytes: Buffer, written: number): string {
  const lineStart = written === 0 ? 0 : bytes.lastIndexOf(0x0a, written - 1) + 1
  const rest = bytes.toString('latin1', lineStart)
  return lineStart === written ? rest : `\n${rest}`
}

function openForAppending(path: string): number {
  try {
    makeFolder(dirname(path), FOLDER_MODE)
    return openSync(path, APPENDING, FILE_MODE)
  } catch (cause) {
    throw fail('FSIGK_LOG_OPEN_FAILED', [path, systemErrorSuffix(cause)], { cause })
  }
}
