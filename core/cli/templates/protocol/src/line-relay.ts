import type { Connection, Protocol, Service } from '@fsigk/plugin-api'
import { Conversation } from './conversation.js'
import type { LineRelaySettings } from './settings.js'

/** A relay for a small protocol of lines: `GET host:port name` is answered `OK length` and the bytes, or `NO reason`. */
export class LineRelay implements Protocol<LineRelaySettings> {
  async converse(connection: Connection, service: Service<LineRelaySettings>): Promise<void> {
    await new Conversation(connection, service).hold()
  }
}
