/**
 * Connects to the first of several addresses that answers. They are tried in order; the next one begins when the one
 * before has failed or has been silent for a moment, so that a dead IPv6 path does not eat the time-out (RFC 8305).
 * At most one socket survives.
 */
import type { OnReadOpts, Socket } from 'node:net'
import { connect } from 'node:net'

/** RFC 8305, 5: Connection Attempt Delay. */
const NEXT_ATTEMPT_AFTER_MS = 250
/** A name with a thousand addresses must not cost a thousand sockets. */
const MAX_ADDRESSES = 8

export type RaceResult =
  | { readonly is: 'connected'; readonly socket: Socket; readonly address: string }
  | { readonly is: 'failed'; readonly errno: number }
  | { readonly is: 'timeout' }
  | { readonly is: 'cancelled' }

export interface RaceOptions {
  readonly port: number
  /** 0 for the system's own limit. */
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
  /** Takes what is read; the losers read nothing. */
  readonly onread?: OnReadOpts | undefined
  /** Told of each address that refused, or was silent until another one or the time was faster. */
  readonly failed?: (address: string) => void
}

/** @param addresses at least one; the first 8 of them are tried, in this order. Never rejects. */
export function connectToFirst(addresses: readonly string[], options: RaceOptions): Promise<RaceResult> {
  return new Promise((resolve) => new ConnectionRace(addresses, options, resolve).begin())
}

class ConnectionRace {
  readonly #waiting: string[]
  readonly #running = new Map<Socket, string>()
  #next: NodeJS.Timeout | undefined
  #deadline: NodeJS.Timeout | undefined
  #over = false

  constructor(
    addresses: readonly string[],
    private readonly options: RaceOptions,
    private readonly resolve: (result: RaceResult) => void,
  ) {
    this.#waiting = addresses.slice(0, MAX_ADDRESSES)
  }

  begin(): void {
    const { timeoutMs, signal } = this.options
    if (signal?.aborted) {
      this.#end({ is: 'cancelled' })
      return
    }
    signal?.addEventListener('abort', this.#cancelled)
    if (timeoutMs > 0) this.#deadline = setTimeout(() => this.#end({ is: 'timeout' }), timeoutMs)
    this.#tryNext()
  }

  readonly #cancelled = () => this.#end({ is: 'cancelled' })

  #tryNext(): void {
    clearTimeout(this.#next)
    const address = this.#waiting.shift()
    if (address === undefined) return
    const { onread } = this.options
    const socket = connect({
      ...(onread !== undefined && { onread }),
      host: address,
      port: this.options.port,
      family: address.includes(':') ? 6 : 4,
      autoSelectFamily: false,
      allowHalfOpen: true,
      noDelay: true,
    })
    this.#running.set(socket, address)
    const failed = (error: NodeJS.ErrnoException) => this.#failed(socket, address, error)
    socket.once('error', failed)
    socket.once('connect', () => {
      socket.off('error', failed)
      this.#connected(socket, address)
    })
    // From now on its user learns of errors by 'close'; an error without a listener would end the process.
    socket.on('error', ignore)
    if (this.#waiting.length > 0) this.#next = setTimeout(() => this.#tryNext(), NEXT_ATTEMPT_AFTER_MS)
  }

  #connected(socket: Socket, address: string): void {
    if (this.#over) return
    this.#running.delete(socket)
    this.#end({ is: 'connected', socket, address })
  }

  #failed(socket: Socket, address: string, error: NodeJS.ErrnoException): void {
    if (this.#over || !this.#running.delete(socket)) return
    this.options.failed?.(address)
    if (this.#waiting.length > 0) this.#tryNext()
    else if (this.#running.size === 0) this.#end({ is: 'failed', errno: Math.abs(error.errno ?? 0) })
  }

  #end(result: RaceResult): void {
    if (this.#over) return
    this.#over = true
    clearTimeout(this.#next)
    clearTimeout(this.#deadline)
    this.options.signal?.removeEventListener('abort', this.#cancelled)
    for (const [loser, address] of this.#running) {
      if (result.is !== 'cancelled') this.options.failed?.(address)
      loser.destroy()
    }
    this.#running.clear()
    this.resolve(result)
  }
}

function ignore(): void {}

/** The resolver's order within each family, IPv6 and IPv4 in turn, beginning with the family that it put first. */
export function alternateFamilies(addresses: readonly string[]): readonly string[] {
  const [first] = addresses
  if (first === undefined || addresses.length === 1) return addresses
  const isIpv6 = first.includes(':')
  const preferred = addresses.filter((address) => address.includes(':') === isIpv6)
  const other = addresses.filter((address) => address.includes(':') !== isIpv6)
  return preferred.flatMap((address, i) => [address, ...other.slice(i, i + 1)]).concat(other.slice(preferred.length))
}
