import type { Connection, Protocol, Service } from '@fsigk/plugin-api'
import { Sweeper } from '@fsigk/sockets'
import { Conversation } from './conversation.js'
import { ownReply, type Speaker } from './replies.js'
import type { SmtpSettings } from './settings.js'

/** The SMTP proxy: the conversations of one worker, and what they share. */
export class SmtpProxy implements Protocol<SmtpSettings> {
  readonly #sweeper = new Sweeper()
  readonly #conversations = new Set<Conversation>()
  readonly #services = new WeakSet<Service<SmtpSettings>>()

  async converse(connection: Connection, service: Service<SmtpSettings>): Promise<void> {
    if (!this.#services.has(service)) this.#begin(service)
    const conversation = new Conversation(connection, service, this.#sweeper)
    this.#conversations.add(conversation)
    try {
      await conversation.hold()
    } finally {
      this.#conversations.delete(conversation)
    }
  }

  turnAway(_settings: SmtpSettings, gateway: Speaker): string {
    return ownReply(gateway, 'crowded', false)
  }

  /** One listener for all connections of a service: one on each would cost an idle connection its memory. */
  #begin(service: Service<SmtpSettings>): void {
    this.#services.add(service)
    const drain = () => {
      for (const conversation of this.#conversations) conversation.drain()
    }
    service.draining.addEventListener('abort', drain, { once: true })
  }
}
