/** A client of SMTP, one command at a time. */
import { connect } from 'node:net'

export class MailConversation implements Disposable {
  #text = ''
  #isOver = false
  #wake: ((reply: string) => void) | undefined
  readonly #socket

  /** @param port of loopback. @param localAddress where it comes from */
  constructor(port: number, localAddress = '127.0.0.1') {
    this.#socket = connect({ port, host: '127.0.0.1', localAddress, noDelay: true })
    this.#socket.on('data', (bytes) => this.#take(bytes.toString('latin1')))
    this.#socket.on('error', () => this.#end())
    this.#socket.on('close', () => this.#end())
  }

  /** Whether the other side has gone. */
  get isOver(): boolean {
    return this.#isOver
  }

  /**
   * Waits for the greeting and greets. By HELO: clamsmtp writes the lines of its answer to EHLO one by one, which costs it
   * 40 ms (Nagle's algorithm and delayed acknowledgements) that have nothing to do with the scan.
   *
   * @returns whether all was well
   */
  async greet(): Promise<boolean> {
    return /^220 /.test(await this.#reply()) && /^250 /.test(await this.say('HELO client.test\r\n'))
  }

  /** Sends a message, its end included. @returns the reply to its end, or to what was refused before */
  async send(message: Buffer): Promise<string> {
    for (const command of ['MAIL FROM:<sender@example.net>', 'RCPT TO:<recipient@example.com>', 'DATA']) {
      const reply = await this.say(`${command}\r\n`)
      if (!/^[23]/.test(reply)) return `to ${command}: ${reply}`
    }
    return await this.say(message)
  }

  /** @returns the last line of the reply; `''` when there is none */
  say(data: string | Buffer): Promise<string> {
    this.#socket.write(data)
    return this.#reply()
  }

  #reply(): Promise<string> {
    return new Promise((resolve) => {
      this.#wake = resolve
      if (this.#isOver) resolve('')
      else this.#take('')
    })
  }

  #take(text: string): void {
    this.#text += text
    const last = /^\d{3}(?: .*)?\r\n/m.exec(this.#text)
    if (last === null || this.#wake === undefined) return
    this.#text = ''
    this.#wake(last[0].trimEnd())
    this.#wake = undefined
  }

  #end(): void {
    this.#isOver = true
    this.#wake?.('')
    this.#wake = undefined
  }

  [Symbol.dispose](): void {
    this.#socket.destroy()
  }
}
