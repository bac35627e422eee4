/** A gateway service behind a real socket, with a protocol of one line a request that is small enough to see through. */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import type { SettingsSnapshot, SettingValue } from '@fsigk/config'
import type { Connection, OpenSession, Protocol, Service } from '@fsigk/plugin-api'
import type { LoadedScanner } from '../../src/pipeline/loaded-scanner.js'
import { GatewayService } from '../../src/service.js'
import { collected } from './bodies.js'
import { type TemporaryFolder, temporaryFolder } from './folders.js'
import { defaultSettings } from './room.js'
import { scannerFindingNothing } from './scanners.js'

type Section = Readonly<Record<string, SettingValue>>

export function snapshotOf(
  revision: number,
  http: Section = {},
  others: Readonly<Record<string, Section>> = {},
): SettingsSnapshot {
  return {
    revision,
    values: {
      http: { ...defaultSettings, acl_from: false, acl_to: false, local_to: '127.0.0.0/8', ...http } as Section,
      common: { product_name: 'fsigk', tmpdir: '', quarantine_dir: '' },
      access: { http_from: 'ALL', http_to: 'ALL' },
      template: {
        http: '<p>${DETECTION_NAME} in ${FILENAME}: ${STATUS} ${ACTION}</p>',
        http_error: '<p>${ERROR_STR}</p>',
      },
      ...others,
    },
  }
}

/**
 * Each line of a client is a request: `GET <text>` answers the text, inspected as a download; `DIAL <host> <port>` dials;
 * `PERMIT <host> <address>` asks for a permission; `WAIT` does nothing until the service drains or the client goes;
 * `THROW` throws; `NOTICE` answers the error page; `HOLD` waits in the middle of a session until released.
 */
export class LineProtocol implements Protocol<Section> {
  /** Sessions that `HOLD` has open, each ended by calling. */
  readonly held: (() => void)[] = []

  async converse(connection: Connection, service: Service<Section>): Promise<void> {
    let buffered = ''
    for await (const chunk of connection.socket) {
      buffered += String(chunk)
      for (let end = buffered.indexOf('\n'); end !== -1; end = buffered.indexOf('\n')) {
        const line = buffered.slice(0, end)
        buffered = buffered.slice(end + 1)
        const session = service.open(connection)
        try {
          await this.#answer(line, connection, session, service)
        } finally {
          session.close()
        }
      }
      if (service.draining.aborted) return
    }
  }

  async #answer(
    line: string,
    { socket, signal }: Connection,
    session: OpenSession<Section>,
    service: Service<Section>,
  ): Promise<void> {
    const [word, ...rest] = line.split(' ')
    const text = rest.join(' ')
    session.entry.url = `line:${text}`
    if (!session.access.allowed) return void socket.write(`${session.access.message}\n`)
    switch (word) {
      case 'GET':
        return await this.#get(text, socket, session)
      case 'DIAL': {
        const dialled = await session.dial({ host: rest[0] ?? '', port: Number(rest[1]) }, { timeoutMs: 1000, signal })
        if (dialled.reached) dialled.socket.destroy()
        return void socket.write(`${dialled.reached ? dialled.address : dialled.message}\n`)
      }
      case 'PERMIT': {
        const decision = session.permit({ host: rest[0] ?? '', port: 80 }, rest[1])
        return void socket.write(`${decision.allowed ? 'allowed' : decision.message}\n`)
      }
      case 'WAIT':
        socket.write('waiting\n')
        await Promise.race([once(service.draining, 'abort'), once(signal, 'abort')])
        return
      case 'HOLD':
        socket.write(`${session.revision}\n`)
        await new Promise<void>((resolve) => this.held.push(resolve))
        return void socket.write(`${session.revision} ${service.open === undefined}\n`)
      case 'THROW':
        throw new Error('the plugin broke')
      case 'NOTICE':
        session.entry.error = text
        return void socket.write(`${session.notice('error')}\n`)
    }
  }

  async #get(text: string, socket: Connection['socket'], session: OpenSession<Section>): Promise<void> {
    const { entry } = session
    entry.method = 'GET'
    await session.inspect(
      {
        direction: 'download',
        release: { mode: 'held' },
        body: bodyOf(text),
        bytes: text.length,
        name: text,
        type: '',
        codings: [],
        partial: false,
      },
      async (outcome) => {
        entry.status = 'body' in outcome ? 200 : 403
        const answer = 'body' in outcome ? String(await collected(outcome.body.open())) : outcome.notice
        entry.bytes = answer.length
        socket.write(`${answer}\n`)
      },
    )
  }
}

async function* bodyOf(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text)
}

/** A client that sends lines and reads lines. */
export class LineClient implements Disposable {
  #text = ''
  #waiting: (() => void) | undefined
  #closed = false

  private constructor(readonly socket: Socket) {
    socket.setEncoding('utf8')
    socket.on('data', (chunk) => {
      this.#text += chunk
      this.#waiting?.()
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#closed = true
      this.#waiting?.()
    })
  }

  static async to(port: number): Promise<LineClient> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return new LineClient(socket)
  }

  /** Sends a request and waits for the line of its answer; `''` when the connection was closed instead. */
  async ask(line: string): Promise<string> {
    this.socket.write(`${line}\n`)
    return await this.line()
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.#text.indexOf('\n')
      if (end !== -1) {
        const line = this.#text.slice(0, end)
        this.#text = this.#text.slice(end + 1)
        return line
      }
      if (this.#closed) return ''
      await new Promise<void>((resolve) => {
        this.#waiting = resolve
      })
    }
  }

  async closed(): Promise<void> {
    while ((await this.line()) !== '' || !this.#closed);
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }
}

export interface RunningService extends AsyncDisposable {
  readonly service: GatewayService<Section>
  readonly protocol: LineProtocol
  readonly home: TemporaryFolder
  readonly port: number
  /** Conversations that have not settled. */
  readonly open: ReadonlySet<Promise<void>>
  /** The lines of a log, after it was flushed. */
  lines(log: 'access' | 'detect' | 'error' | 'info'): Promise<readonly string[]>
}

export async function startService(
  snapshot: SettingsSnapshot = snapshotOf(1),
  scanners: readonly LoadedScanner[] = [scannerFindingNothing],
): Promise<RunningService> {
  const home = await temporaryFolder()
  const protocol = new LineProtocol()
  const service = new GatewayService<Section>({
    name: 'http',
    protocol,
    scanners,
    snapshot,
    folders: {
      logs: join(home.path, 'log'),
      tmp: home.path,
      quarantine: join(home.path, 'quarantine'),
      notices: join(home.path, 'notices'),
    },
    identity: { version: '1.2.3', hostName: 'gateway.example', worker: 0 },
  })
  const open = new Set<Promise<void>>()
  let slots = 0
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const conversation = service.converse(socket, slots++)
    open.add(conversation)
    void conversation.finally(() => open.delete(conversation))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    service,
    protocol,
    home,
    open,
    port: (server.address() as AddressInfo).port,
    async lines(log) {
      service.logs.flush()
      const text = await readFile(join(home.path, 'log/http', `${log}.log`), 'utf8')
      return text.split('\n').filter((line) => line !== '')
    },
    async [Symbol.asyncDispose]() {
      server.close()
      await service.drain(0)
      service.close()
      await home[Symbol.asyncDispose]()
    },
  }
}
