/** A gateway whose only service is the echo plugin, on a home of its own; the supervisor is the test's process. */
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type GatewayOptions, type RunningGateway, type ServiceStatus, startGateway } from '@fsigk/host'
import { echoPlugin, type PluginFiles, writePlugin } from './echo-plugin.js'

const REPOSITORY = fileURLToPath(new URL('../../../..', import.meta.url))
const PATIENCE_MS = 60_000

export interface TemporaryPlace extends AsyncDisposable {
  readonly home: string
  readonly installation: string
  readonly version: string
}

/** An installation without plugins of its own, and a home that has the echo protocol. */
export async function temporaryPlace(plugins: readonly PluginFiles[] = []): Promise<TemporaryPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'fsigk-host-'))
  const [home, installation] = [join(folder, 'home'), join(folder, 'installation')]
  await mkdir(join(installation, 'plugins'), { recursive: true })
  await symlink(join(REPOSITORY, 'conf'), join(installation, 'conf'))
  for (const plugin of [echoPlugin, ...plugins]) await writePlugin(join(home, 'plugins'), plugin)
  return {
    home,
    installation,
    version: '1.0-test',
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

export class EchoGateway implements AsyncDisposable {
  readonly #clients: EchoClient[] = []

  private constructor(
    readonly gateway: RunningGateway,
    readonly place: TemporaryPlace,
    private readonly ownPlace: boolean,
  ) {}

  static async start(
    options: Partial<GatewayOptions> & {
      readonly plugins?: readonly PluginFiles[]
      readonly place?: TemporaryPlace
    } = {},
  ): Promise<EchoGateway> {
    const { plugins, place: given, ...rest } = options
    const place = given ?? (await temporaryPlace(plugins))
    try {
      return new EchoGateway(await startGateway({ ...place, ...rest }), place, given === undefined)
    } catch (error) {
      if (given === undefined) await place[Symbol.asyncDispose]()
      throw error
    }
  }

  get service(): ServiceStatus {
    const [service] = this.gateway.status().services
    if (service === undefined) throw new Error('There is no service')
    return service
  }

  get pids(): readonly number[] {
    return this.service.workers.filter(({ state }) => state === 'serving').map(({ pid }) => pid)
  }

  async client(): Promise<EchoClient> {
    const client = await EchoClient.to(this.service)
    this.#clients.push(client)
    return client
  }

  /** Changes settings of the section `echo`, or of others by their full key. */
  async set(settings: Readonly<Record<string, string>>) {
    const changes = Object.entries(settings).map(([key, to]) => ({ key: key.includes('.') ? key : `echo.${key}`, to }))
    return await this.gateway.administration.change({ actor: 'test', origin: 'cli', changes })
  }

  /** Waits for a line in a log of the service, or in fsigk.log. */
  async line(log: 'error' | 'info' | 'fsigk', wanted: string | RegExp): Promise<string> {
    const file = join(this.place.home, 'log', ...(log === 'fsigk' ? ['fsigk.log'] : ['echo', `${log}.log`]))
    return await until(`${wanted} in ${log}.log`, async () =>
      (await readFile(file, 'utf8'))
        .split('\n')
        .find((line) => (typeof wanted === 'string' ? line.includes(wanted) : wanted.test(line))),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client[Symbol.dispose]()
    await this.gateway.stop()
    if (this.ownPlace) await this.place[Symbol.asyncDispose]()
  }
}

/** What the echo protocol answers to `who`, and greets with. */
export interface Greeting {
  readonly pid: number
  readonly slot: number
  readonly revision: number
  readonly text: string
}

export class EchoClient implements Disposable {
  #received = ''
  #changed = Promise.withResolvers<void>()
  /** 'open', 'ended' by the other side's end, or 'reset'. */
  state: 'open' | 'ended' | 'reset' = 'open'

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      this.#received += text
      this.#tell()
    })
    socket.on('error', () => {
      this.state = 'reset'
    })
    socket.on('close', () => {
      if (this.state === 'open') this.state = 'ended'
      this.#tell()
    })
  }

  static async to({ address, port }: { readonly address: string; readonly port: number }): Promise<EchoClient> {
    const socket = connect(port, address)
    await once(socket, 'connect')
    return new EchoClient(socket)
  }

  send(word: string): void {
    this.socket.write(`${word}\n`)
  }

  /** The next line; undefined at the end of the connection. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#received.indexOf('\n')
      if (end !== -1) {
        const line = this.#received.slice(0, end)
        this.#received = this.#received.slice(end + 1)
        return line
      }
      if (this.state !== 'open') return undefined
      await this.#changed.promise
    }
  }

  async greeting(): Promise<Greeting> {
    const line = await this.line()
    const [pid, slot, revision, ...text] = (line ?? '').split(' ')
    if (slot === undefined) throw new Error(`No greeting but ${JSON.stringify(line)}, connection ${this.state}`)
    return { pid: Number(pid), slot: Number(slot), revision: Number(revision), text: text.join(' ') }
  }

  async who(): Promise<Greeting> {
    this.send('who')
    return await this.greeting()
  }

  /** Resolves when the connection is over. */
  async over(): Promise<void> {
    while (this.state === 'open') await this.#changed.promise
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }

  #tell(): void {
    this.#changed.resolve()
    this.#changed = Promise.withResolvers<void>()
  }
}

/** Asks again and again until there is an answer. */
export async function until<T>(what: string, ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const patience = Date.now() + PATIENCE_MS
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() > patience) throw new Error(`It did not come: ${what}`)
    await delay(20)
  }
}
