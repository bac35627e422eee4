/** Lines to and fro, as SMTP and POP have them: the small servers and clients of a drill. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

const LIMIT_MS = 30_000

/** One end of a connection on which lines are said in turn, as latin1. */
export class Dialogue implements Disposable {
  readonly #lines: AsyncIterator<string>

  constructor(private readonly socket: Socket) {
    socket.setTimeout(LIMIT_MS, () => socket.destroy())
    this.#lines = createInterface({ input: socket.setEncoding('latin1') })[Symbol.asyncIterator]()
  }

  static async to({ address, port }: { readonly address: string; readonly port: number }): Promise<Dialogue> {
    const socket = connect(port, address)
    await once(socket, 'connect')
    socket.on('error', ignored)
    return new Dialogue(socket)
  }

  say(...lines: readonly string[]): void {
    this.socket.write(lines.map((line) => `${line}\r\n`).join(''), 'latin1')
  }

  /** @throws when the other end has closed */
  async line(): Promise<string> {
    const { done, value } = await this.#lines.next()
    if (done === true) throw new Error('the connection was closed')
    return value
  }

  /** Lines up to one that is a dot alone. */
  async text(): Promise<string> {
    let text = ''
    for (let line = await this.line(); line !== '.'; line = await this.line()) text += `${line.replace(/^\./, '')}\r\n`
    return text
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }
}

export interface DialogueServer extends AsyncDisposable {
  readonly port: number
}

/** On loopback and a free port. @param hold one conversation; it may throw when the other end leaves */
export async function startDialogueServer(hold: (dialogue: Dialogue) => Promise<void>): Promise<DialogueServer> {
  const open = new Set<Dialogue>()
  const server = createServer((socket) => {
    socket.on('error', ignored)
    const dialogue = new Dialogue(socket)
    open.add(dialogue)
    socket.on('close', () => open.delete(dialogue))
    hold(dialogue)
      .catch(ignored)
      .finally(() => socket.end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close()
      for (const dialogue of open) dialogue[Symbol.dispose]()
      await once(server, 'close')
    },
  }
}

function ignored(): void {}
