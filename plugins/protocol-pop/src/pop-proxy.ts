import type { Connection, Protocol, Service } from '@fsigk/plugin-api'
import { Conversations, Sweeper } from '@fsigk/sockets'
import { Conversation } from './conversation.js'
import { replies } from './replies.js'
import type { PopSettings } from './settings.js'

/** The POP proxy: the conversations of one worker, and what they share. */
export class PopProxy implements Protocol<PopSettings> {
  readonly #sweeper = new Sweeper()
  readonly #conversations = new Conversations()

  async converse(connection: Connection, service: Service<PopSettings>): Promise<void> {
    await this.#conversations.hold(new Conversation(connection, service, this.#sweeper), service.draining)
  }

  turnAway(): string {
    return `${replies.crowded}\r\n`
  }
}
