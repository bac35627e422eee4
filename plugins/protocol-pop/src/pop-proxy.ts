import type { Connection, Protocol, Service } from '@fsigk/plugin-api'
import { Sweeper } from '@fsigk/sockets'
import { Conversation } from './conversation.js'
import { replies } from './replies.js'
import type { PopSettings } from './settings.js'

/** The POP proxy: the conversations of one worker, and what they share. */
export class PopProxy implements Protocol<PopSettings> {
  readonly #sweeper = new Sweeper()
  readonly #conversations = new Set<Conversation>()
  readonly #services = new WeakSet<Service<PopSettings>>()

  async converse(connection: Connection, service: Service<PopSettings>): Promise<void> {
    this.#watch(service)
    const conversation = new Conversation(connection, service, this.#sweeper)
    this.#conversations.add(conversation)
    try {
      await conversation.hold()
    } finally {
      this.#conversations.delete(conversation)
    }
  }

  turnAway(): string {
    return `${replies.crowded}\r\n`
  }

  /** One listener for all connections of a service: one on each would cost an idle connection its memory. */
  #watch(service: Service<PopSettings>): void {
    if (this.#services.has(service)) return
    this.#services.add(service)
    const drain = () => {
      for (const conversation of this.#conversations) conversation.drain()
    }
    service.draining.addEventListener('abort', drain, { once: true })
  }
}
