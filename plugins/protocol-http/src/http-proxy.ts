import type { Connection, Protocol, Service } from '@fsigk/plugin-api'
import { Conversation } from './conversation.js'
import type { HttpSettings } from './settings.js'
import { Sweeper, type Swept } from './sweeper.js'
import { UpstreamPool } from './upstream-pool.js'

/** The HTTP proxy: the conversations of one worker, and what they share. */
export class HttpProxy implements Protocol<HttpSettings>, Swept {
  readonly #sweeper = new Sweeper()
  readonly #pool = new UpstreamPool(this.#sweeper)
  readonly #conversations = new Set<Conversation>()
  readonly #services = new WeakSet<Service<HttpSettings>>()

  async converse(connection: Connection, service: Service<HttpSettings>): Promise<void> {
    this.#listenForDrain(service)
    const conversation = new Conversation(connection, service, this.#pool, this.#sweeper)
    if (this.#conversations.size === 0) this.#sweeper.add(this)
    this.#conversations.add(conversation)
    try {
      await conversation.hold()
    } finally {
      this.#conversations.delete(conversation)
      if (this.#conversations.size === 0) this.#sweeper.remove(this)
    }
  }

  /** Asked for in turn, because a listener on each connection's signal would cost an idle connection its memory. */
  sweep(): void {
    for (const conversation of this.#conversations) if (conversation.abandoned) conversation.abandon()
  }

  async stop(): Promise<void> {
    this.#pool.close()
    for (const conversation of this.#conversations) conversation.abandon()
  }

  /** One listener for all connections of a service. */
  #listenForDrain(service: Service<HttpSettings>): void {
    if (this.#services.has(service)) return
    this.#services.add(service)
    service.draining.addEventListener(
      'abort',
      () => {
        for (const conversation of this.#conversations) conversation.drain()
        this.#pool.close()
      },
      { once: true },
    )
  }
}
