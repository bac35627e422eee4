/** One connection of a sender: says commands, hears replies, and knows how far it came when the connection breaks. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const LIMIT_MS = 60_000

/** How the server answered the end of data, or that it did not. */
export interface Answer {
  /** 0 where the connection ended without a reply. */
  readonly code: number
  /** The line, or why there is none. */
  readonly text: string
  /** Whether the end of data was on its way, so that the server may have taken the message. */
  readonly wasWhole: boolean
}

export class MailClient implements Disposable {
  #heard = ''
  #news = Promise.withResolvers<void>()
  #isOver = false

  private constructor(private readonly socket: Socket) {
    const tell = () => {
      this.#news.resolve()
      this.#news = Promise.withResolvers<void>()
    }
    const end = () => {
      this.#isOver = true
      tell()
    }
    socket.setEncoding('latin1').setTimeout(LIMIT_MS, () => socket.destroy())
    socket.on('data', (text: string) => {
      this.#heard += text
      tell()
    })
    socket.on('error', () => {}).on('close', end)
    socket.on('end', end)
  }

  /** @throws when nobody accepts, or greets with anything but 220 */
  static async to(server: { readonly host: string; readonly port: number }): Promise<MailClient> {
    const socket = connect(server)
    await once(socket, 'connect')
    const client = new MailClient(socket)
    try {
      await client.#expect(220)
      await client.#ask('EHLO outside.example', 250)
      return client
    } catch (error) {
      client[Symbol.dispose]()
      throw error
    }
  }

  /** Never rejects. @param pieces the message, ready for the wire without its end of data; it may take its time */
  async send(from: string, to: string, pieces: AsyncIterable<string>): Promise<Answer> {
    let wasWhole = false
    try {
      await this.#ask(`MAIL FROM:<${from}>`, 250)
      await this.#ask(`RCPT TO:<${to}>`, 250)
      await this.#ask('DATA', 354)
      for await (const piece of pieces) this.#write(piece)
      wasWhole = true
      this.#write('.\r\n')
      const text = await this.#reply()
      return { code: Number(text.slice(0, 3)), text, wasWhole }
    } catch (error) {
      const text = (error as Error).message
      return { code: Number(/^\d{3}/.exec(text)?.[0] ?? 0), text, wasWhole }
    }
  }

  async quit(): Promise<void> {
    await this.#ask('QUIT', 221).catch(() => {})
    this[Symbol.dispose]()
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }

  #write(text: string): void {
    if (this.#isOver) throw new Error('the connection ended')
    this.socket.write(text, 'latin1')
  }

  async #ask(command: string, code: number): Promise<void> {
    this.#write(`${command}\r\n`)
    await this.#expect(code)
  }

  async #expect(code: number): Promise<void> {
    const text = await this.#reply()
    if (!text.startsWith(`${code}`)) throw new Error(text)
  }

  /** The last line of the next reply. */
  async #reply(): Promise<string> {
    for (;;) {
      const found = /^(?:\d{3}-.*\r\n)*(\d{3}(?: .*)?)\r\n/.exec(this.#heard)
      if (found !== null) {
        this.#heard = this.#heard.slice(found[0].length)
        return found[1] ?? ''
      }
      if (this.#isOver) throw new Error(`the connection ended${this.#heard === '' ? '' : ` within ${this.#heard}`}`)
      await this.#news.promise
    }
  }
}
