import { inject, injectable, Log, type LogSink } from '@fsigk/plugin-api'
import { Link } from './link.js'
import type { TcpSinkSettings } from './settings.js'

/** Sends lines to a log server over TCP, each behind the names of its service and log: `http access 1700000000.123 …`. */
@injectable()
export class TcpSink implements LogSink<TcpSinkSettings> {
  #link: Link | undefined

  constructor(@inject(Log) private readonly log: Log) {}

  async start({ host, port }: TcpSinkSettings): Promise<void> {
    this.#link = new Link(host, port, this.log)
  }

  async reload({ host, port }: TcpSinkSettings, signal: AbortSignal): Promise<void> {
    const before = this.#link
    this.#link = new Link(host, port, this.log)
    await before?.close(signal)
  }

  async stop(signal: AbortSignal): Promise<void> {
    const link = this.#link
    this.#link = undefined
    await link?.close(signal)
  }

  write(log: 'access' | 'detect' | 'error' | 'info', service: string, lines: string): void {
    const whole = lines.split('\n').filter((line) => line !== '')
    if (whole.length > 0) this.#link?.send(whole.map((line) => `${service} ${log} ${line}\n`).join(''))
  }
}
