/** A client that speaks SMTP a command at a time, byte for byte as it is told. */
import { RawClient } from '@fsigk/testing'

export class SmtpClient implements Disposable {
  /** So much of what was heard has been given as replies. */
  #read = 0

  private constructor(readonly raw: RawClient) {}

  /** Connects, and hears the greeting unless it is not to be waited for. */
  static async to(
    address: { readonly host: string; readonly port: number },
    options: { readonly localAddress?: string; readonly greeted?: boolean } = {},
  ): Promise<SmtpClient> {
    const { localAddress, greeted = true } = options
    const client = new SmtpClient(
      await RawClient.to({ ...address, ...(localAddress !== undefined && { localAddress }) }),
    )
    if (greeted) await client.reply()
    return client
  }

  /** Says lines, one after the other, each after the reply to the one before. @returns the last reply */
  async say(...lines: readonly string[]): Promise<string> {
    let reply = ''
    for (const line of lines) {
      this.raw.send(`${line}\r\n`)
      reply = await this.reply()
    }
    return reply
  }

  /** Waits for the next reply: its lines, joined by LF. What was heard when the other end closes is all. */
  async reply(): Promise<string> {
    const heard = await this.raw.until((text) => replyEnd(text, this.#read) !== undefined)
    const end = replyEnd(heard, this.#read) ?? heard.length
    const reply = heard.slice(this.#read, end)
    this.#read = end
    return reply.trimEnd().replaceAll('\r\n', '\n')
  }

  /** What is heard until the other end closes, beyond the replies so far. */
  async rest(): Promise<string> {
    const heard = await this.raw.untilClosed()
    const rest = heard.slice(this.#read)
    this.#read = heard.length
    return rest
  }

  [Symbol.dispose](): void {
    this.raw[Symbol.dispose]()
  }
}

/** Where the reply ends that begins here. */
function replyEnd(text: string, from: number): number | undefined {
  const lines = /[^\r\n]*\r\n/gy
  lines.lastIndex = from
  for (let line = lines.exec(text); line !== null; line = lines.exec(text)) {
    if (!/^\d{3}-/.test(line[0])) return lines.lastIndex
  }
  return undefined
}
