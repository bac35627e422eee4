import type { Call } from '@fsigk/plugin-api'

/**
 * The one call to a scanner that shows whether it works again (core/docs/decisions/051). What else is to be looked at for
 * the same session, the other parts of a mail, waits for it: refused for lack of a scanner that works, the mail would only
 * come again.
 */
export class Trial {
  readonly #result = Promise.withResolvers<boolean>()
  #works: boolean | undefined
  readonly #signal: AbortSignal
  readonly #session: string | undefined
  readonly #giveUp = () => this.end(false)

  constructor({ session, signal }: Call) {
    this.#session = session
    this.#signal = signal
    signal.addEventListener('abort', this.#giveUp, { once: true })
  }

  /** Whether another call may be the next trial: this one is over, and has not shown this very session that it works. */
  hasEndedFor(call: Call): boolean {
    return this.#works === false || (this.#works === true && !this.#isOf(call))
  }

  /** Resolves when the trial is over, at the latest when the time of its call is up: false at once for other sessions. */
  async succeedsFor(call: Call): Promise<boolean> {
    return this.#isOf(call) && (await this.#result.promise)
  }

  /** What comes later changes nothing. */
  end(works: boolean): void {
    if (this.#works !== undefined) return
    this.#works = works
    this.#signal.removeEventListener('abort', this.#giveUp)
    this.#result.resolve(works)
  }

  #isOf({ session }: Call): boolean {
    return session !== undefined && session === this.#session
  }
}
