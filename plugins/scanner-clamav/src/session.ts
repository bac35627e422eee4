/**
 * One connection to clamd in an IDSESSION (clamd(8)): a question at a time, each answered by `NUMBER: …`. The session
 * ends when a question is given up, since what clamd says afterwards would be taken for the next answer.
 */
import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import type { Content } from '@fsigk/plugin-api'
import { fail } from './errors.js'
import { sendAsFile } from './open-file.js'
import type { ServerAddress } from './server-address.js'

/** Pieces are gathered up to this, since each chunk costs clamd a turn. The host's pieces are 64 KiB at most. */
const CHUNK_BYTES = 64 * 1024
/** A copy of as much costs us less than clamd's file. Mails and their parts are in memory up to so much. */
const MAX_OPEN_FILE_BYTES = 2 * 1024 * 1024
/** So many pieces are written as they are; to copy more of them costs less. */
const FEW = 8
const STREAM = Buffer.from('zINSTREAM\0')
const LENGTH_BYTES = 4
const END_OF_STREAM = Buffer.alloc(LENGTH_BYTES)
/** Names of threats and paths; nothing that clamd says is longer. */
const MAX_REPLY_BYTES = 16 * 1024

export class Session implements Disposable {
  /** Told once that no more can be asked. */
  onEnd: (() => void) | undefined
  #received = ''
  #asked = 0
  /** The content of the last question was sent, which clamd may take to be too long. */
  #isStream = false
  #ended: Error | undefined
  #wake: (() => void) | undefined
  #wakeSender: (() => void) | undefined
  /** One for all questions: a listener is attached for each. */
  readonly #giveUp = () => this[Symbol.dispose]()

  private constructor(
    private readonly server: string,
    private readonly socket: Socket,
    /** A unix socket, over which descriptors can go. */
    private readonly local: boolean,
  ) {
    socket.setNoDelay(true).setEncoding('latin1')
    socket.on('data', (text: unknown) => this.#take(String(text)))
    socket.on('error', (error) => this.#end(error.message))
    socket.on('close', () => this.#end('it closed it'))
  }

  /** @throws FSIGK_CLAMAV_UNREACHABLE, or the signal's reason */
  static async open(address: ServerAddress, timeoutMs: number, signal: AbortSignal): Promise<Session> {
    signal.throwIfAborted()
    const socket = 'path' in address ? createConnection(address.path) : createConnection(address.port, address.host)
    const limit = AbortSignal.timeout(timeoutMs)
    try {
      await once(socket, 'connect', { signal: AbortSignal.any([signal, limit]) })
    } catch (cause) {
      socket.on('error', () => {}).destroy()
      signal.throwIfAborted()
      const reason = limit.aborted ? `no answer in ${timeoutMs / 1000} s` : (cause as Error).message
      throw fail('FSIGK_CLAMAV_UNREACHABLE', [address.name, reason], { cause })
    }
    const session = new Session(address.name, socket, 'path' in address)
    socket.write('zIDSESSION\0')
    return session
  }

  /** Whether another question can be asked. */
  get usable(): boolean {
    return this.#ended === undefined
  }

  /** Asks for PING, VERSION, or a scan by path. @throws FSIGK_CLAMAV_LOST, or the signal's reason */
  async ask(command: string, signal: AbortSignal): Promise<string> {
    return await this.#question(signal, () => void this.socket.write(`z${command}\0`))
  }

  /**
   * Has a content scanned that is sent over the connection.
   * @param asFile what is in memory is given as an open file, where that can be done; the answer then begins with `fd[`
   * @throws FSIGK_CLAMAV_LOST, FSIGK_CLAMAV_STREAM_LOST, the signal's reason, or what the content's source throws
   */
  async scan(content: Content, signal: AbortSignal, asFile = false): Promise<string> {
    const { memory, bytes } = content
    return await this.#question(signal, () => {
      if (memory === undefined) return this.#send(content)
      if (asFile && this.#sentAsFile(memory, bytes)) return
      return bytes <= CHUNK_BYTES ? this.#sendAtOnce(memory, bytes) : this.#send(content)
    })
  }

  /** Gives up what is under way, which fails with this. */
  fail(reason: Error): void {
    this.#ended ??= reason
    this.socket.destroy()
    this.#rouse()
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
    this.#end('we closed it')
  }

  async #question(signal: AbortSignal, send: () => Promise<void> | void): Promise<string> {
    signal.throwIfAborted()
    signal.addEventListener('abort', this.#giveUp, { once: true })
    this.#asked++
    this.#isStream = false
    try {
      const sending = send()
      if (sending === undefined) return await this.#reply()
      const [reply] = await Promise.all([this.#reply(), sending])
      return reply
    } catch (error) {
      this[Symbol.dispose]()
      signal.throwIfAborted()
      throw error
    } finally {
      signal.removeEventListener('abort', this.#giveUp)
    }
  }

  /** @returns whether it was */
  #sentAsFile(pieces: readonly Buffer[], bytes: number): boolean {
    return this.local && bytes > 0 && bytes <= MAX_OPEN_FILE_BYTES && sendAsFile(this.socket, pieces, bytes)
  }

  /** In one write, so that clamd wakes up once. */
  #sendAtOnce(pieces: readonly Buffer[], bytes: number): void {
    const sum = pieces.reduce((total, piece) => total + piece.length, 0)
    if (sum !== bytes) throw fail('FSIGK_CLAMAV_SHORT_CONTENT', [sum, bytes])
    const start = Buffer.allocUnsafe(STREAM.length + LENGTH_BYTES)
    STREAM.copy(start)
    start.writeUInt32BE(bytes, STREAM.length)
    this.socket.cork()
    this.socket.write(bytes > 0 ? start : STREAM)
    for (const piece of pieces) this.socket.write(piece)
    this.socket.write(END_OF_STREAM)
    this.socket.uncork()
  }

  /** Stops sending as soon as there is an answer: clamd says early that a stream is too large, and reads no further. */
  async #send(content: Content): Promise<void> {
    let gathered: Buffer[] = []
    let waiting = 0
    let sent = 0
    this.#isStream = true
    this.socket.write(STREAM)
    for await (const piece of content.open()) {
      gathered.push(piece)
      waiting += piece.length
      if (waiting < CHUNK_BYTES) continue
      if (this.#answered || this.#ended !== undefined) return
      if (!this.#sendChunk(gathered, waiting)) await this.#drained()
      sent += waiting
      gathered = []
      waiting = 0
    }
    if (sent + waiting !== content.bytes) throw fail('FSIGK_CLAMAV_SHORT_CONTENT', [sent + waiting, content.bytes])
    if (waiting > 0) this.#sendChunk(gathered, waiting)
    this.socket.write(END_OF_STREAM)
  }

  /** @returns whether there is room for more */
  #sendChunk(pieces: readonly Buffer[], bytes: number): boolean {
    const length = Buffer.allocUnsafe(LENGTH_BYTES)
    length.writeUInt32BE(bytes)
    this.socket.cork()
    this.socket.write(length)
    if (pieces.length > FEW) this.socket.write(Buffer.concat(pieces))
    else for (const piece of pieces) this.socket.write(piece)
    this.socket.uncork()
    return !this.socket.writableNeedDrain
  }

  async #drained(): Promise<void> {
    if (this.#answered || this.#ended !== undefined) return
    await new Promise<void>((resolve) => {
      const done = () => {
        this.socket.off('drain', done)
        this.#wakeSender = undefined
        resolve()
      }
      this.socket.once('drain', done)
      this.#wakeSender = done
    })
  }
  get #answered(): boolean {
    return this.#received.includes('\0')
  }

  async #reply(): Promise<string> {
    while (!this.#answered) {
      if (this.#ended !== undefined) throw this.#ended
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    const end = this.#received.indexOf('\0')
    const line = this.#received.slice(0, end)
    this.#received = this.#received.slice(end + 1)
    const [, number, text] = /^(\d+): (.*)$/s.exec(line) ?? []
    // Outside of the numbering clamd says only why it is about to close: it is busy, or read too much.
    if (number !== undefined && Number(number) !== this.#asked) throw fail('FSIGK_CLAMAV_REPLY', [this.server, line])
    return text ?? line
  }

  #take(text: string): void {
    this.#received += text
    if (this.#received.length > MAX_REPLY_BYTES) {
      this.socket.destroy()
      this.#received = ''
      this.#end(`it said more than ${MAX_REPLY_BYTES} bytes`)
    }
    this.#rouse()
  }

  #end(reason: string): void {
    const isNew = this.#ended === undefined
    this.#ended ??= fail(this.#isStream ? 'FSIGK_CLAMAV_STREAM_LOST' : 'FSIGK_CLAMAV_LOST', [this.server, reason])
    this.#rouse()
    if (isNew) this.onEnd?.()
  }

  #rouse(): void {
    this.#wake?.()
    this.#wakeSender?.()
  }
}
