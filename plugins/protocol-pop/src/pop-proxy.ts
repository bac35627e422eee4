import type { Connection, Protocol, Service } from '@fsigk/plugin-api'
import type { PopSettings } from './settings.js'

/** The POP proxy: the conversations of one worker, and what they share. */
export class PopProxy implements Protocol<PopSettings> {
  async converse(connection: Connection, _service: Service<PopSettings>): Promise<void> {
    connection.socket.end('-ERR Service not available\r\n')
  }
}
