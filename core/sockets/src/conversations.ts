/** What a protocol does with one client's socket. */
export interface Conversation {
  /** Settles when it is over. */
  hold(): Promise<void>
  /** The service stops: nothing new is begun. */
  drain(): void
}

/** The conversations under way in one worker, each told when its service drains. */
export class Conversations {
  readonly #underWay = new WeakMap<AbortSignal, Set<Conversation>>()

  /**
   * Holds a conversation to its end.
   *
   * @param draining of its service: aborted when it stops
   */
  async hold(conversation: Conversation, draining: AbortSignal): Promise<void> {
    const underWay = this.#of(draining)
    underWay.add(conversation)
    try {
      await conversation.hold()
    } finally {
      underWay.delete(conversation)
    }
  }

  /** One listener for all of a service: one on each would cost an idle connection its memory. */
  #of(draining: AbortSignal): Set<Conversation> {
    const known = this.#underWay.get(draining)
    if (known !== undefined) return known
    const underWay = new Set<Conversation>()
    this.#underWay.set(draining, underWay)
    const drain = () => {
      for (const conversation of underWay) conversation.drain()
    }
    draining.addEventListener('abort', drain, { once: true })
    return underWay
  }
}
