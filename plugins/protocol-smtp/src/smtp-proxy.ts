import type { Connection, Protocol, Service } from '@fsigk/plugin-api'
import { Conversations, Sweeper } from '@fsigk/sockets'
import { Conversation } from './conversation.js'
import { ownReply, type Speaker } from './replies.js'
import type { SmtpSettings } from './settings.js'

/** The SMTP proxy: the conversations of one worker, and what they share. */
export class SmtpProxy implements Protocol<SmtpSettings> {
  readonly #sweeper = new Sweeper()
  readonly #conversations = new Conversations()

  async converse(connection: Connection, service: Service<SmtpSettings>): Promise<void> {
    await this.#conversations.hold(new Conversation(connection, service, this.#sweeper), service.draining)
  }

  turnAway(_settings: SmtpSettings, gateway: Speaker): string {
    return ownReply(gateway, 'crowded', false)
  }
}
