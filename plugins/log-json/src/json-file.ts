/**
 * One file of JSON lines. Opened anew when it was moved away; while it cannot be written, lines wait in a bounded buffer
 * and are counted beyond it.
 */
import { closeSync, constants, fstatSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

const MAX_WAITING_BYTES = 4 * 1024 * 1024
const LOOK_EVERY_MS = 1_000
const FILE_MODE = 0o640
const FOLDER_MODE = 0o750
const APPENDING = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK

/** What became of a file that people should know of. */
export interface JsonFileEvents {
  failing(path: string, problem: string): void
  recovered(path: string, lostLines: number): void
}

export class JsonFile {
  #fd: number | undefined
  #waiting = ''
  #failing = false
  #lostLines = 0
  #lookedAt = 0

  constructor(
    readonly path: string,
    private readonly events: JsonFileEvents,
  ) {}

  /** @param text whole lines, ASCII. Never throws */
  append(text: string): void {
    if (this.#waiting.length + text.length > MAX_WAITING_BYTES) this.#lostLines += text.split('\n').length - 1
    else this.#waiting += text
    this.flush()
  }

  /** Writes what waits, as far as the system takes it. */
  flush(): void {
    if (this.#waiting === '') return
    try {
      this.#followRotation()
      this.#fd ??= this.#open()
      this.#write(this.#fd)
    } catch (error) {
      if (!this.#failing) this.events.failing(this.path, (error as Error).message)
      this.#failing = true
      return
    }
    if (!this.#failing) return
    this.#failing = false
    this.events.recovered(this.path, this.#lostLines)
    this.#lostLines = 0
  }

  /** After rotation: what comes next goes to a new file. */
  reopen(): void {
    this.flush()
    this.#close()
  }

  close(): void {
    this.flush()
    this.#close()
  }

  #open(): number {
    mkdirSync(dirname(this.path), { recursive: true, mode: FOLDER_MODE })
    return openSync(this.path, APPENDING, FILE_MODE)
  }

  #close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
  }

  /** A file that was moved away is not written to for longer than a moment, whether we were told of it or not. */
  #followRotation(): void {
    const now = performance.now()
    if (this.#fd === undefined || now - this.#lookedAt < LOOK_EVERY_MS) return
    this.#lookedAt = now
    const there = statSync(this.path, { throwIfNoEntry: false })
    if (there === undefined || there.ino !== fstatSync(this.#fd).ino) this.#close()
  }

  /** A write that stops in the middle of a line goes on there: nobody else writes to this file. */
  #write(fd: number): void {
    const bytes = Buffer.from(this.#waiting, 'latin1')
    let written = 0
    try {
      while (written < bytes.length) written += writeSync(fd, bytes, written)
    } finally {
      this.#waiting = bytes.toString('latin1', written)
    }
  }
}
