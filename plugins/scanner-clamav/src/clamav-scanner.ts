import type { Call, Content, Scanner, ScanReport, UnscannedCause } from '@fsigk/plugin-api'
import { Folders, inject, injectable, Log } from '@fsigk/plugin-api'
import { fail } from './errors.js'
import { unscanned } from './replies.js'
import { ClamdServer, isServersFault } from './server.js'
import { serverAddresses } from './server-address.js'
import type { ClamavSettings } from './settings.js'

/**
 * Has clamd scan: the first server that is well, the next one when it fails. What no clamd has looked at, or only in
 * part, is unscanned; a clamd that falls silent costs time and never a verdict of clean.
 */
@injectable()
export class ClamavScanner implements Scanner<ClamavSettings> {
  #servers: readonly ClamdServer[] = []
  #named = ''

  constructor(
    @inject(Log) private readonly log: Log,
    @inject(Folders) private readonly folders: Folders,
  ) {}

  /** Of the server that would be asked now: `ClamAV 1.4.6/27000/…`; not known while none is well. */
  get definitions(): string {
    for (const { well, version } of this.#servers) if (well) return version
    return ''
  }

  /** Starts with servers that are down too: they may come, and until then nothing is called clean. */
  async start(settings: ClamavSettings, signal: AbortSignal): Promise<void> {
    await this.#use(settings, signal)
  }

  /** @throws FSIGK_CLAMAV_SERVER_INVALID; the servers that were asked before go on being asked */
  async reload(settings: ClamavSettings, signal: AbortSignal): Promise<void> {
    if (settings.servers !== this.#named) await this.#use(settings, signal)
    else await Promise.all(this.#servers.map((server) => server.greet(settings, signal)))
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) server[Symbol.dispose]()
    this.#servers = []
  }

  /** @throws the signal's reason, or what the content's source throws */
  async scan(content: Content, { settings, signal }: Call<ClamavSettings>): Promise<ScanReport> {
    if (content.bytes > settings.max_filesize) return unscanned('undecodable', 'larger than MaxFileSize of clamd')
    const problems: string[] = []
    let because: UnscannedCause = 'engine-down'
    for (const server of this.#inOrder()) {
      signal.throwIfAborted()
      try {
        const reply = await server.scan(content, settings, signal)
        if (reply.is === 'report') return reply.report
        because = 'engine-error'
        problems.push(`${server.address.name}: ${reply.is === 'error' ? reply.text : 'it may not read the file'}`)
      } catch (error) {
        signal.throwIfAborted()
        if (!isServersFault(error)) throw error
        problems.push(error.message)
      }
    }
    const why = problems.join('; ') || 'none is named in scanner_clamav.servers'
    this.log.warn('not scanned', { because: fail('FSIGK_CLAMAV_DOWN', [why]).message })
    return unscanned(because, why)
  }

  /** Those that are well first; the others after them, since a try costs less than a refused transfer. */
  #inOrder(): readonly ClamdServer[] {
    const well = this.#servers.filter((server) => server.well)
    return well.length > 0 ? well : this.#servers
  }

  async #use(settings: ClamavSettings, signal: AbortSignal): Promise<void> {
    const servers = serverAddresses(settings.servers).map(
      (address) => new ClamdServer(address, this.log, this.folders.spool),
    )
    await Promise.all(servers.map((server) => server.greet(settings, signal)))
    const before = this.#servers
    this.#servers = servers
    this.#named = settings.servers
    for (const server of before) server[Symbol.dispose]()
  }
}
