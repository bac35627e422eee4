/**
 * Reaches the server that a session asks for: reads the host, resolves it, has every address decided by access control,
 * connects to the first allowed one that answers, and words what went wrong as the guide does (11.12). What is checked
 * is the address that is dialled, so that no name, notation or DNS answer gets past it.
 */
import type { Socket } from 'node:net'
import type { Decision, Dialled, Target, DialOptions as WishedDial } from '@fsigk/plugin-api'
import type { AccessControl } from './access-control.js'
import { normaliseAddress } from './address.js'
import { connectionErrors } from './connection-errors.js'
import type { RaceResult } from './connection-race.js'
import { connectToFirst } from './connection-race.js'
import { FailedAddresses } from './failed-addresses.js'
import type { HostLookup, Lookup } from './host-lookup.js'
import { lookupHost } from './host-lookup.js'
import { readTargetHost } from './target-host.js'
import { acknowledgedBytes } from './tcp-facts.js'
import { within } from './within.js'

const EINVAL = 22
/** Longer timers of Node fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** A protocol's wishes; its time is that of looking up and connecting together. */
export interface DialOptions extends WishedDial {
  /** The port that the service itself listens on: at an address of this host it is never a destination. */
  readonly ownPort?: number
  /** The only address that the service itself listens on; it listens on all unless told. */
  readonly ownAddress?: string
  /** How long the addresses of a name are kept at most; none are unless told. */
  readonly keepNamesMs?: number
}

/** As `Dialled`, with the socket that a protocol sees as a Duplex. */
export type DialledSocket = Dialled &
  ({ readonly reached: true; readonly socket: Socket } | { readonly reached: false })

export class Dialler {
  readonly #failures = new FailedAddresses()

  constructor(private readonly lookup: HostLookup = lookupHost) {}

  /**
   * Never rejects. The socket sends without delay and stays open to half-close: whoever sees its `end` ends it.
   *
   * @param target its host a name or an address without brackets
   * @param access the rules of the revision that the session pins
   */
  async dial(target: Target, access: AccessControl, options: DialOptions): Promise<DialledSocket> {
    const { signal, onread } = options
    const timeoutMs = Math.min(options.timeoutMs, MAX_TIMER_MS)
    const beganAt = performance.now()
    const host = readTargetHost(target.host)
    if (host.is === 'refused') return denied(connectionErrors.inhibitedForm(target, host.rule))
    if (!(Number.isInteger(target.port) && target.port >= 1 && target.port <= 65_535)) {
      return failed(connectionErrors.connect(target, EINVAL))
    }

    const found: Lookup | 'timeout' | 'cancelled' =
      host.is === 'address' ? [host.dial] : await within(this.lookup(host.name, options.keepNamesMs), timeoutMs, signal)
    if (typeof found === 'string') return failed(lookupError(found, target))

    const { allowed, refusal } = sift(found, target, access, options)
    if (allowed.length === 0) return denied(refusal)

    const leftMs = timeoutMs === 0 ? 0 : Math.max(1, timeoutMs - (performance.now() - beganAt))
    const { port } = target
    const result = await connectToFirst(this.#failures.order(allowed, port), {
      port,
      timeoutMs: leftMs,
      signal,
      onread,
      failed: (address) => this.#failures.failed(address, port),
    })
    if (result.is === 'connected') this.#failures.connected(result.address, port)
    if (result.is !== 'connected') return failed(connectError(result, target, timeoutMs))
    return options.exempt ? reached(result) : reachedElsewhere(result, target, access)
  }
}

/**
 * The addresses that may be dialled, and what to say when there are none. The service itself is none of them, not even
 * for who is exempt: a gateway that is its own server fills its slots with one request.
 */
function sift(addresses: readonly string[], target: Target, access: AccessControl, options: DialOptions) {
  const allowed: string[] = []
  let refusal = ''
  for (const dialled of addresses) {
    const address = normaliseAddress(dialled)
    const decision: Decision =
      options.exempt === true ? { allowed: true } : access.target(target, address, options.exempt === 'local')
    if (!decision.allowed) refusal ||= decision.message
    else if (isTheService(address, target.port, access, options))
      refusal ||= connectionErrors.inhibitedLoop(target, address)
    else allowed.push(dialled)
  }
  return { allowed, refusal }
}

/** Another server may have the same port of this host at another address (guide 10.3.3). */
function isTheService(
  address: string,
  port: number,
  access: AccessControl,
  { ownPort, ownAddress }: DialOptions,
): boolean {
  return port === ownPort && (ownAddress === undefined ? access.isOwnHost(address) : address === ownAddress)
}

type Connected = Extract<RaceResult, { is: 'connected' }>

/**
 * The last word on "this host is no destination": a connection whose two ends have one address ends here, whatever the
 * interfaces showed. Nothing has been sent on it yet.
 */
function reachedElsewhere(result: Connected, target: Target, access: AccessControl): DialledSocket {
  const { localAddress, remoteAddress } = result.socket
  if (localAddress !== remoteAddress || remoteAddress === undefined) return reached(result)
  const decision = access.ownHost(target, normaliseAddress(remoteAddress))
  if (decision.allowed) return reached(result)
  result.socket.destroy()
  return denied(decision.message)
}

function reached({ socket, address }: Connected): DialledSocket {
  return { reached: true, socket, address: normaliseAddress(address), bytesTaken: () => acknowledgedBytes(socket) }
}

function denied(message: string): DialledSocket {
  return { reached: false, denied: true, message }
}

function failed(message: string): DialledSocket {
  return { reached: false, denied: false, message }
}

function lookupError(found: Exclude<Lookup, readonly string[]> | 'timeout' | 'cancelled', target: Target): string {
  if (found === 'cancelled') return connectionErrors.cancelled(target)
  // A name server that does not answer in time is, in the guide's words, a failed lookup.
  return connectionErrors.lookup(target, found === 'timeout' ? 'Host name lookup failure' : found)
}

function connectError(result: Exclude<RaceResult, Connected>, target: Target, timeoutMs: number): string {
  switch (result.is) {
    case 'timeout':
      return connectionErrors.timeout(target, timeoutMs)
    case 'cancelled':
      return connectionErrors.cancelled(target)
    case 'failed':
      return connectionErrors.connect(target, result.errno)
  }
}
