/** Messages on their way: a bounded queue, and the one link that empties it. The link is made again when it breaks. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '@fsigk/plugin-api'

const MAX_WAITING_BYTES = 4 * 1024 * 1024
const FIRST_DELAY_MS = 100
const LONGEST_DELAY_MS = 10_000
const STOP_MS = 4_000

/** A way to a syslog server that works until it throws. */
export interface Link {
  /** How many messages it is given at once: those of a datagram alone, so that none is sent twice. */
  readonly atOnce: number
  /** Resolves when the system has taken them. @throws when the link is broken, or has been closed by the other end */
  send(messages: readonly Buffer[]): Promise<void>
  close(): void
}

/** Makes links. */
export interface Transport {
  /** Where it leads, for people. */
  readonly target: string
  /** @throws why it cannot be reached */
  connect(signal: AbortSignal): Promise<Link>
}

export class Outbox {
  #waiting: Buffer[] = []
  #bytes = 0
  #lost = 0
  #transport: Transport
  #link: Link | undefined
  #working: Promise<void> | undefined
  #wake = new AbortController()
  readonly #stop = new AbortController()
  #failing = false
  #stopping = false

  constructor(
    transport: Transport,
    private readonly log: Log,
  ) {
    this.#transport = transport
  }

  /** Takes a message, or counts it when there is no room. Never waits. */
  add(message: Buffer): void {
    if (this.#stopping || this.#bytes + message.length > MAX_WAITING_BYTES) {
      this.#lost += 1
      return
    }
    this.#waiting.push(message)
    this.#bytes += message.length
    this.#working ??= this.#work()
  }

  /** From now on messages leave by another way; what waits goes there too. */
  use(transport: Transport): void {
    this.#transport = transport
    this.#drop()
    this.#wake.abort()
  }

  /** Sends what waits, as far as the server takes it in time; it is not tried again when it does not. */
  async stop(signal: AbortSignal): Promise<void> {
    this.#stopping = true
    const over = AbortSignal.any([signal, AbortSignal.timeout(STOP_MS)])
    const giveUp = () => {
      this.#stop.abort()
      this.#drop()
    }
    if (over.aborted) giveUp()
    over.addEventListener('abort', giveUp, { once: true })
    this.#wake.abort()
    await this.#working
    over.removeEventListener('abort', giveUp)
    this.#stop.abort()
    this.#lost += this.#waiting.length
    if (this.#lost > 0) this.log.warn('syslog messages lost', { messages: this.#lost })
    this.#drop()
  }

  async #work(): Promise<void> {
    let waitMs = FIRST_DELAY_MS
    while (this.#waiting.length > 0 && !this.#stop.signal.aborted) {
      const transport = this.#transport
      let batch: readonly Buffer[]
      try {
        this.#link ??= await transport.connect(this.#stop.signal)
        batch = this.#waiting.slice(0, this.#link.atOnce)
        await this.#link.send(batch)
      } catch (error) {
        this.#drop()
        if (transport !== this.#transport) continue
        this.#failed(transport, error)
        if (this.#stopping) break
        await this.#wait(waitMs)
        waitMs = Math.min(waitMs * 2, LONGEST_DELAY_MS)
        continue
      }
      waitMs = FIRST_DELAY_MS
      this.#waiting.splice(0, batch.length)
      for (const message of batch) this.#bytes -= message.length
      this.#well(transport)
    }
    this.#working = undefined
  }

  #failed({ target }: Transport, error: unknown): void {
    if (!this.#failing) this.log.error('syslog unreachable', { target, error })
    this.#failing = true
  }

  #well({ target }: Transport): void {
    if (!this.#failing && this.#lost === 0) return
    this.log.warn('syslog reached again', { target, lostMessages: this.#lost })
    this.#failing = false
    this.#lost = 0
  }

  #drop(): void {
    this.#link?.close()
    this.#link = undefined
  }

  /** Another way, or the stop, ends the wait. */
  async #wait(ms: number): Promise<void> {
    this.#wake = new AbortController()
    const signal = AbortSignal.any([this.#wake.signal, this.#stop.signal])
    await delay(ms, undefined, { signal }).catch(() => undefined)
  }
}
