import type { Connection, Protocol, Service } from '@fsigk/plugin-api'
import type { SmtpSettings } from './settings.js'

/** The SMTP proxy: the conversations of one worker, and what they share. */
export class SmtpProxy implements Protocol<SmtpSettings> {
  async converse(connection: Connection, _service: Service<SmtpSettings>): Promise<void> {
    connection.socket.end('421 Service not available\r\n')
  }
}
