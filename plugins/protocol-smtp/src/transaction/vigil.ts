/** Keeps the server awake while a message is on its way to a verdict, and notices when either side goes or time is up. */
import { isPositive, type Reply, saysGoodbye } from '../reply.js'
import type { Upstream, UpstreamFault } from '../upstream.js'
import { answerLate, clientLeft, serverLeft } from './losses.js'
import type { PeerChannel } from './transaction.js'

/** Why nobody waits for the verdict any more. */
export type Loss = 'client' | 'server' | 'late'

export interface VigilOptions {
  readonly noopMs: number
  /** How long the server may take to reply. */
  readonly replyMs: number
  /** How long after the end of the message the verdict must be there. */
  readonly answerMs: number
  /** Told what a server says to NOOP that is no yes, and why it says nothing. */
  readonly onRefusal: (reply: Reply | UpstreamFault) => void
  /** Told once, before the signal is aborted. */
  readonly onLoss: (error: Error) => void
}

export class Vigil {
  loss: Loss | undefined
  readonly #controller = new AbortController()
  #noopTimer: NodeJS.Timeout | undefined
  #answerTimer: NodeJS.Timeout | undefined
  /** The NOOP that has no reply yet. */
  #noop: Promise<void> | undefined
  #isOver = false
  /** When the client has waited for so long that it may be about to leave. */
  #dueAt = Number.POSITIVE_INFINITY

  constructor(
    private readonly peer: PeerChannel,
    private readonly upstream: Upstream,
    private readonly options: VigilOptions,
  ) {
    upstream.channel.onEnd = () => this.#lose('server')
    this.#noopTimer = setTimeout(askVigil, options.noopMs, this)
  }

  /** Aborted when nobody waits any more. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** How long the client will still wait, whatever is under way: Infinity while its message comes. */
  get remainingMs(): number {
    return Math.max(0, this.#dueAt - performance.now())
  }

  /** The message has come whole: from here on its answer is waited for. */
  messageEnded(): void {
    this.#dueAt = performance.now() + this.options.answerMs
    if (this.#isOver) return
    this.peer.onEnd = () => this.#lose('client')
    if (this.peer.ended) this.#lose('client')
    this.#answerTimer = setTimeout(endVigil, this.options.answerMs, this)
  }

  /**
   * Nothing is watched any more. Resolves when the server can be told the next command, or its time is up.
   *
   * @returns whether it still can
   */
  async end(): Promise<boolean> {
    if (!this.#isOver) {
      this.#isOver = true
      clearTimeout(this.#noopTimer)
      this.peer.onEnd = undefined
      if (this.#noop !== undefined) await this.#noop
      clearTimeout(this.#answerTimer)
      this.upstream.channel.onEnd = undefined
    }
    return this.loss !== 'server' && this.upstream.isReady
  }

  ask(): void {
    this.#noop = this.#ask()
  }

  expire(): void {
    this.#lose('late')
    // The client is told now, whether or not the server ever replies.
    if (this.#noop !== undefined) this.upstream.close()
  }

  async #ask(): Promise<void> {
    const reply = await this.upstream.command('NOOP', this.options.replyMs)
    this.#noop = undefined
    if (typeof reply === 'string' || !isPositive(reply)) this.options.onRefusal(reply)
    // A server that does not know the command is awake all the same.
    if (typeof reply === 'string' || saysGoodbye(reply)) this.#lose('server')
    else if (!this.#isOver) this.#noopTimer = setTimeout(askVigil, this.options.noopMs, this)
  }

  #lose(loss: Loss): void {
    if (this.loss !== undefined) return
    this.loss = loss
    const error = this.#errorOf(loss)
    this.options.onLoss(error)
    this.#controller.abort(error)
  }

  #errorOf(loss: Loss): Error {
    switch (loss) {
      case 'client':
        return clientLeft()
      case 'server':
        return serverLeft(this.upstream)
      case 'late':
        return answerLate(this.options.answerMs / 1000)
    }
  }
}

function askVigil(vigil: Vigil): void {
  vigil.ask()
}

function endVigil(vigil: Vigil): void {
  vigil.expire()
}
