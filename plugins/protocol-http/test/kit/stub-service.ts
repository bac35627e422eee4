/**
 * A `Service` for tests of this plugin alone: real sockets, real dialling, and an `inspect` that spools to memory and
 * decides by a function. What the gateway's own service does beyond that is tested with the gateway.
 */
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type {
  Body,
  Connection,
  Decision,
  Dialled,
  Entry,
  NoticeVariables,
  OpenSession,
  Outcome,
  OutgoingBody,
  Service,
  Target,
  Transfer,
  Verdict,
} from '@fsigk/plugin-api'
import { nothingShared, z } from '@fsigk/plugin-api'
import { HttpProxy } from '../../src/http-proxy.js'
import { type HttpSettings, settings as shape } from '../../src/settings.js'

const defaults = z.strictObject(shape).parse({}) as HttpSettings

export type Judgement = 'pass' | 'block' | 'defer'

export interface StubOptions {
  readonly settings?: Partial<HttpSettings>
  /** Default: everything passes. */
  readonly judge?: (content: Buffer, transfer: Transfer) => Judgement
  readonly access?: Decision
  readonly permit?: (target: Target, address: string | undefined) => Decision
  readonly dial?: (target: Target, signal: AbortSignal | undefined) => Promise<Dialled>
  /** Bodies up to so many bytes are handed on in memory. */
  readonly memoryBytes?: number
  /** Changes what inspection hands on. */
  readonly alter?: (body: OutgoingBody) => OutgoingBody
  /** Keeps nothing of what happened, so that a long run does not measure its own records. */
  readonly forgetful?: boolean
}

export interface StubProxy extends AsyncDisposable {
  readonly host: string
  readonly port: number
  /** Lines recorded so far. */
  readonly lines: readonly Entry[]
  readonly info: readonly string[]
  readonly errors: readonly string[]
  readonly transfers: readonly Transfer[]
  readonly dials: readonly Target[]
  /** Conversations under way. */
  readonly open: number
  /** What conversations threw. */
  readonly thrown: readonly unknown[]
  settings: HttpSettings
  drain(): void
  /** Waits until a log holds what is wanted. */
  until(holds: (proxy: StubProxy) => boolean): Promise<void>
}

class StubService implements Service<HttpSettings> {
  readonly name = 'http'
  readonly shared = nothingShared
  readonly drained = new AbortController()
  readonly lines: Entry[] = []
  readonly info: string[] = []
  readonly errors: string[] = []
  readonly transfers: Transfer[] = []
  readonly dials: Target[] = []
  readonly watchers = new Set<() => void>()
  settings: HttpSettings
  sessions = 0

  constructor(readonly options: StubOptions) {
    this.settings = { ...defaults, ...options.settings }
  }

  get draining(): AbortSignal {
    return this.drained.signal
  }

  open(connection: Connection): OpenSession<HttpSettings> {
    return new StubSession(this, connection)
  }

  changed(): void {
    for (const watcher of this.watchers) watcher()
  }
}

function freshEntry(): Entry {
  return {
    status: 0,
    bytes: 0,
    method: '',
    url: '',
    user: '',
    server: undefined,
    serverAddress: '',
    contentType: '',
    protocolStat: [],
    error: '',
  }
}

class StubSession implements OpenSession<HttpSettings> {
  readonly id: string
  readonly revision = 1
  readonly settings: HttpSettings
  readonly productName = 'fsigk'
  readonly version = '0.1.0'
  readonly hostName = 'gateway.test'
  readonly peer = { address: '127.0.0.1', port: 1 }
  readonly peerName = '127.0.0.1'
  readonly administrator = ''
  readonly access: Decision
  entry = freshEntry()
  noticeVariables: NoticeVariables = {}
  #recorded = false

  constructor(
    private readonly service: StubService,
    readonly connection: Connection,
  ) {
    this.id = String(++service.sessions)
    this.settings = service.settings
    this.access = service.options.access ?? { allowed: true }
  }

  skipsScan(): boolean {
    return false
  }

  listsPeer(): boolean {
    return false
  }

  listsDomain(): boolean {
    return false
  }

  permit(target: Target, address?: string): Decision {
    return this.service.options.permit?.(target, address) ?? { allowed: true }
  }

  async dial(target: Target, options: { timeoutMs: number; signal?: AbortSignal }): Promise<Dialled> {
    if (this.service.options.forgetful !== true) this.service.dials.push(target)
    if (this.service.options.dial !== undefined) return await this.service.options.dial(target, options.signal)
    const permitted = this.permit(target)
    if (!permitted.allowed) return { reached: false, denied: true, message: permitted.message }
    const message = `CONNECT(${target.host}:${target.port})/`
    const address = await lookup(target.host).then(
      (found) => found.address,
      () => undefined,
    )
    if (address === undefined)
      return { reached: false, denied: false, message: `${message}hostname lookup error: Unknown host` }
    const socket = connect({ host: address, port: target.port, allowHalfOpen: true, noDelay: true })
    const failed = await new Promise<Error | undefined>((resolve) => {
      socket.once('connect', () => resolve(undefined))
      socket.once('error', resolve)
    })
    socket.removeAllListeners('error').removeAllListeners('connect')
    if (failed !== undefined) return { reached: false, denied: false, message: `${message}connect: Connection refused` }
    return { reached: true, socket, address }
  }

  async inspect(transfer: Transfer, answer: (outcome: Outcome) => Promise<void>): Promise<void> {
    if (this.service.options.forgetful !== true) this.service.transfers.push(transfer)
    this.service.changed()
    try {
      await answer(await this.#outcome(transfer))
    } catch (error) {
      if (error instanceof Error) this.entry.error ||= error.message
      throw error
    } finally {
      this.record()
    }
  }

  async #outcome(transfer: Transfer): Promise<Outcome> {
    const { release } = transfer
    if (release.mode === 'live') {
      const verdict: Verdict = { is: 'unscanned', because: release.because }
      const body: OutgoingBody = { bytes: transfer.bytes, memory: undefined, open: () => transfer.body }
      return { disposition: 'pass', verdict, body: this.service.options.alter?.(body) ?? body }
    }
    const held: Buffer[] = []
    let bytes = 0
    const source = transfer.body[Symbol.asyncIterator]()
    const limit = release.mode === 'beyond' ? release.bytes : Number.POSITIVE_INFINITY
    let ended = false
    while (bytes < limit && !ended) {
      const next = await source.next()
      if (next.done === true) ended = true
      else {
        held.push(next.value)
        bytes += next.value.length
      }
    }
    const judgement = this.service.options.judge?.(Buffer.concat(held), transfer) ?? 'pass'
    if (judgement !== 'pass') {
      const verdict: Verdict = { is: 'infected', findings: [{ threat: 'Test', category: 'malware' }] }
      const { entry } = this
      return {
        disposition: judgement,
        verdict,
        get notice() {
          return `<html>${judgement} ${entry.status}</html>`
        },
        mail: { from: '', fields: '', text: '' },
      }
    }
    const whole = ended && bytes <= (this.service.options.memoryBytes ?? 65_536)
    const body: OutgoingBody = {
      bytes: ended ? bytes : transfer.bytes,
      memory: whole ? held : undefined,
      open: () => heldThen(held, ended ? undefined : source),
    }
    return { disposition: 'pass', verdict: { is: 'clean' }, body }
  }

  notice(): string {
    return `<html>${this.entry.error}</html>`
  }

  logError(message: string): void {
    this.service.errors.push(message)
    this.service.changed()
  }

  logInfo(message: string): void {
    this.service.info.push(message)
    this.service.changed()
  }

  record(): void {
    this.#recorded = true
    if (this.service.options.forgetful === true) return
    this.service.lines.push(this.entry)
    this.entry = freshEntry()
    this.service.changed()
  }

  close(): void {
    if (!this.#recorded) this.record()
  }
}

async function* heldThen(held: readonly Buffer[], rest: AsyncIterator<Buffer> | undefined): Body {
  yield* held
  while (rest !== undefined) {
    const next = await rest.next()
    if (next.done === true) return
    yield next.value
  }
}

/** What core does when a conversation has ended: the peer may read what was sent before the socket goes. */
function closeGently(socket: Socket): void {
  socket.removeAllListeners('data')
  socket.end()
  socket.resume()
  socket.once('end', () => socket.destroy())
}

/** A whole proxy on loopback and a free port. */
export async function startStubProxy(options: StubOptions = {}): Promise<StubProxy> {
  const proxy = new HttpProxy()
  const service = new StubService(options)
  const sockets = new Set<Socket>()
  const thrown: unknown[] = []
  let open = 0
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket)
    const gone = new AbortController()
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      gone.abort()
    })
    open += 1
    service.changed()
    const connection: Connection = {
      peer: { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 },
      local: { address: socket.localAddress ?? '', port: socket.localPort ?? 0 },
      slot: 0,
      socket,
      signal: gone.signal,
    }
    proxy
      .converse(connection, service)
      .catch((error) => thrown.push(error))
      .finally(() => {
        open -= 1
        closeGently(socket)
        service.changed()
      })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const running: StubProxy = {
    host: '127.0.0.1',
    port,
    lines: service.lines,
    info: service.info,
    errors: service.errors,
    transfers: service.transfers,
    dials: service.dials,
    thrown,
    get open() {
      return open
    },
    get settings() {
      return service.settings
    },
    set settings(settings) {
      service.settings = settings
    },
    drain: () => service.drained.abort(),
    until: (holds) =>
      new Promise((resolve) => {
        const look = () => {
          if (!holds(running)) return
          service.watchers.delete(look)
          resolve()
        }
        service.watchers.add(look)
        look()
      }),
    async [Symbol.asyncDispose]() {
      await proxy.stop()
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  return running
}
