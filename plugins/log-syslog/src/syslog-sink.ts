import { isDeepStrictEqual } from 'node:util'
import { Clock, inject, injectable, Log, type LogSink } from '@fsigk/plugin-api'
import { type LogName, syslogMessage } from './message.js'
import { Outbox, type Transport } from './outbox.js'
import type { SyslogSettings } from './settings.js'
import { streamTransport } from './stream.js'
import { udpTransport } from './udp.js'
import { unixTransport } from './unix.js'

/** Sends each line as one syslog message. */
@injectable()
export class SyslogSink implements LogSink<SyslogSettings> {
  #settings: SyslogSettings | undefined
  #outbox: Outbox | undefined

  constructor(
    @inject(Log) private readonly log: Log,
    @inject(Clock) private readonly clock: Clock,
  ) {}

  /** A server that cannot be reached keeps it from nothing: lines wait for it, up to a bound. */
  async start(settings: SyslogSettings): Promise<void> {
    this.#settings = settings
    this.#outbox = new Outbox(transportOf(settings), this.log)
  }

  async reload(settings: SyslogSettings): Promise<void> {
    const before = this.#settings
    this.#settings = settings
    if (before === undefined || !isDeepStrictEqual(wayOf(before), wayOf(settings)))
      this.#outbox?.use(transportOf(settings))
  }

  async stop(signal: AbortSignal): Promise<void> {
    await this.#outbox?.stop(signal)
  }

  write(log: LogName, service: string, lines: string): void {
    const settings = this.#settings
    if (settings === undefined) return
    const nowMs = this.clock.now().getTime()
    const local = settings.transport === 'unix'
    for (const line of lines.split('\n'))
      if (line !== '') this.#outbox?.add(syslogMessage(log, service, line, settings, nowMs, local))
  }
}

function wayOf({ transport, host, port, path }: SyslogSettings) {
  return { transport, host, port, path }
}

function transportOf({ transport, host, port, path }: SyslogSettings): Transport {
  switch (transport) {
    case 'udp':
      return udpTransport(bare(host), port)
    case 'tcp':
      return streamTransport({ host: bare(host), port })
    case 'unix':
      return unixTransport(path)
  }
}

/** Settings write IPv6 addresses in brackets. */
function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1')
}
