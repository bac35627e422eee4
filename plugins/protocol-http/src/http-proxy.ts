import type { Connection, Protocol, Service } from '@fsigk/plugin-api'
import { Conversations, Sweeper } from '@fsigk/sockets'
import { Conversation } from './conversation.js'
import { Downloads } from './progress/downloads.js'
import { pageHead, RETRY_AFTER_SECONDS, replies } from './replies.js'
import { RequestTurns } from './request-turns.js'
import type { HttpSettings } from './settings.js'
import { UpstreamPool } from './upstream-pool.js'

/** The HTTP proxy: the conversations of one worker, and what they share. */
export class HttpProxy implements Protocol<HttpSettings> {
  readonly #sweeper = new Sweeper()
  readonly #pool = new UpstreamPool(this.#sweeper)
  readonly #turns = new RequestTurns()
  readonly #conversations = new Conversations()
  readonly #downloads = new WeakMap<Service<HttpSettings>, Downloads>()

  async converse(connection: Connection, service: Service<HttpSettings>): Promise<void> {
    const downloads = this.#downloads.get(service) ?? this.#begin(service)
    const conversation = new Conversation(connection, service, this.#pool, this.#sweeper, downloads, this.#turns)
    await this.#conversations.hold(conversation, service.draining)
  }

  /** A fixed page: no session is begun, so no template is filled and no line of access.log written. */
  turnAway({ http10 }: HttpSettings): string {
    const { status, message } = replies.crowded
    const page = `<!DOCTYPE html><title>${status}</title><p>${message}</p>\n`
    return `${pageHead(status, page.length, http10, `Retry-After: ${RETRY_AFTER_SECONDS}\r\n`)}${page}`
  }

  async stop(): Promise<void> {
    this.#pool.close()
  }

  /** Once for each service. It ends what its conversations share before they are told. */
  #begin(service: Service<HttpSettings>): Downloads {
    const downloads = new Downloads(service.shared)
    this.#downloads.set(service, downloads)
    const drain = () => {
      downloads.end()
      this.#pool.close()
    }
    service.draining.addEventListener('abort', drain, { once: true })
    return downloads
  }
}
