import type { Socket } from 'node:net'
import type { Connection, Decision, Endpoint } from '@fsigk/plugin-api'
import { type ConnectionPieces, connectionPieces } from './logs/line.js'
import type { AccessControl } from './net/access-control.js'
import { forgetHalfClosed, watchHalfClosed } from './net/half-closed.js'
import { acknowledgedBytes } from './net/tcp-facts.js'
import type { Departure, Leaving } from './pipeline/deadline.js'

/** Made once: each has a stack, which costs a short connection 3 %. */
const GONE = new DOMException('The peer has gone', 'AbortError')

/** What goes on without its peer waits for this: the gateway's giving up. */
class Ending implements Departure {
  readonly #waiting = new Set<Leaving>()

  constructor(public isGone: boolean) {}

  remember(waiting: Leaving): void {
    this.#waiting.add(waiting)
  }

  forget(waiting: Leaving): void {
    this.#waiting.delete(waiting)
  }

  come(): void {
    this.isGone = true
    for (const each of [...this.#waiting]) each.leave()
  }
}

/** One accepted socket as protocols and sessions see it. Small: ten thousand of them may be idle at a time. */
export class GatewayConnection implements Connection, Departure {
  /** Sessions that were opened on it. */
  sessions = 0
  /** Lines that it has in the access log. */
  records = 0
  /** Made when somebody asks for the signal: nobody does for most connections. */
  #controller: AbortController | undefined
  isGone = false
  #waiting: Leaving[] = []
  #ending: Ending | undefined
  #isGivenUp = false
  readonly #service: string
  #pieces: ConnectionPieces | undefined
  #confirmedName: string | undefined
  /** Whether the peer's name was asked for. */
  nameAsked = false
  #access: { readonly under: AccessControl; readonly decision: Decision } | undefined

  constructor(
    service: string,
    readonly socket: Socket,
    readonly peer: Endpoint,
    readonly local: Endpoint,
    readonly slot: number,
  ) {
    this.#service = service
    socket.once('end', () => watchHalfClosed(socket))
    socket.once('close', () => {
      forgetHalfClosed(socket)
      this.#gone()
    })
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.isGone) this.#controller.abort(GONE)
    }
    return this.#controller.signal
  }

  bytesTaken(): number | undefined {
    return acknowledgedBytes(this.socket)
  }

  /** The peer's confirmed host name; its address while it has none. */
  get peerName(): string {
    return this.#confirmedName ?? this.peer.address
  }

  /** The peer's host name, when `reverselookup` found and confirmed one. */
  get confirmedName(): string | undefined {
    return this.#confirmedName
  }

  /** @param name as the lookup confirmed it */
  learnName(name: string): void {
    this.#confirmedName = name
    this.#pieces = undefined
    this.#access = undefined
  }

  /** The parts of a log line that are the same for all of its records. */
  get pieces(): ConnectionPieces {
    this.#pieces ??= connectionPieces(this.#service, this.slot, process.pid, this.peer.address, this.peerName)
    return this.#pieces
  }

  /** Whether the peer may come in under these rules. Asked for each session, decided once. */
  accessUnder(rules: AccessControl): Decision {
    if (this.#access?.under === rules) return this.#access.decision
    const decision = rules.source(this.peer.address, this.#confirmedName)
    this.#access = { under: rules, decision }
    return decision
  }

  remember(waiting: Leaving): void {
    this.#waiting.push(waiting)
  }

  forget(waiting: Leaving): void {
    // Nearly always there is one.
    const index = this.#waiting.lastIndexOf(waiting)
    if (index !== -1) this.#waiting.splice(index, 1)
  }

  /** The end of what outlives the peer. */
  get ending(): Departure {
    this.#ending ??= new Ending(this.#isGivenUp)
    return this.#ending
  }

  /** Ends it now, whatever is under way. */
  giveUp(): void {
    this.#isGivenUp = true
    this.#ending?.come()
    this.#gone()
    this.socket.destroy()
  }

  #gone(): void {
    if (this.isGone) return
    this.isGone = true
    const waiting = this.#waiting
    this.#waiting = []
    for (const each of waiting) each.leave()
    this.#controller?.abort(GONE)
  }
}
