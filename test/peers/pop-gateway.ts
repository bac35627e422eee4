/** A gateway that serves POP, and clients that say what they are told. */
import { RawClient, startTestGateway, type TestGateway, type TestGatewayOptions } from '@fsigk/testing'

export interface Address {
  readonly host: string
  readonly port: number
}

/** Starts a gateway in front of a POP server; without one, users name theirs. */
export function startPopGateway(server: Address | undefined, options: TestGatewayOptions = {}): Promise<TestGateway> {
  const parent =
    server === undefined
      ? { 'pop.self_proxy': true, 'pop.local_to': '127.0.0.0/8' }
      : { 'pop.parent_server_host': server.host, 'pop.parent_server_port': server.port }
  return startTestGateway({
    ...options,
    settings: {
      'http.http_service': false,
      'pop.pop_service': true,
      'pop.svcport': '127.0.0.1:0',
      'pop.workers': 1,
      ...parent,
      ...options.settings,
    },
  })
}

/** Says all of these commands at once, ends its side, and gives what it hears until the other side ends too. */
export async function sayAll(gateway: TestGateway, ...commands: readonly string[]): Promise<string> {
  using client = await RawClient.to(await gateway.address('pop'))
  client.send(commands.map((command) => `${command}\r\n`).join(''))
  client.socket.end()
  return await client.untilClosed()
}

/** A client that waits for each reply. */
export class PopClient implements Disposable {
  #heard = 0

  private constructor(private readonly client: RawClient) {}

  /** @returns the client, its greeting read */
  static async to(gateway: TestGateway): Promise<PopClient> {
    const client = new PopClient(await RawClient.to(await gateway.address('pop')))
    client.greeting = await client.line()
    return client
  }

  greeting = ''

  /** @returns the first line of the reply */
  async ask(command: string): Promise<string> {
    this.client.send(`${command}\r\n`)
    return await this.line()
  }

  /** @returns the lines behind the first one as they came, up to the one with the dot alone, which is left out */
  async askForText(command: string): Promise<string> {
    const first = await this.ask(command)
    return first.startsWith('+OK') ? await this.text() : first
  }

  /** Waits for a line. */
  line(): Promise<string> {
    return this.#take('\r\n', '')
  }

  /** Waits for the rest of a text. */
  async text(): Promise<string> {
    const rest = this.client.received.toString('latin1').slice(this.#heard)
    if (rest.startsWith('.\r\n')) return await this.#take('.\r\n', '')
    return await this.#take('\r\n.\r\n', '\r\n')
  }

  get closed(): Promise<string> {
    return this.client.untilClosed()
  }

  send(bytes: string): void {
    this.client.send(bytes)
  }

  async #take(end: string, kept: string): Promise<string> {
    const from = this.#heard
    const heard = (await this.client.until((text) => text.indexOf(end, from) !== -1)).slice(from)
    const at = heard.indexOf(end)
    if (at === -1) throw new Error(`the other end closed after ${JSON.stringify(heard)}`)
    this.#heard = from + at + end.length
    return heard.slice(0, at) + kept
  }

  [Symbol.dispose](): void {
    this.client[Symbol.dispose]()
  }
}
