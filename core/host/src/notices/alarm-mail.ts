/** Mails to the administrator what is out of service and what works again, where some service's `notify_admin` is on. */
import type { SettingsSnapshot } from '@fsigk/config'
import { addressOf, NoticeSpool } from '@fsigk/gateway'
import { type Log, listWords } from '@fsigk/plugin-api'

export class AlarmMail {
  readonly #spool: NoticeSpool

  /** @param folder the spool of notices, from which notifiers are told */
  constructor(
    folder: string,
    private readonly hostName: string,
    private readonly log: Log,
  ) {
    this.#spool = new NoticeSpool(folder)
  }

  /** One mail, however many services there are. Returns at once; what fails is logged. */
  send(message: string, { values, revision }: SettingsSnapshot): void {
    const service = Object.keys(values).find((section) => values[section]?.['notify_admin'] === true)
    const common = values['common'] ?? {}
    const to = listWords(String(common['admin_mailaddr'] ?? ''))
      .map(addressOf)
      .filter((address) => address !== '')
    const [from] = to
    const host = String(common['admin_mx_host'] ?? '')
    if (service === undefined || from === undefined || host === '') return
    this.#spool
      .put({
        at: new Date().toISOString(),
        service,
        session: '',
        revision,
        from,
        to,
        server: { host, port: Number(common['admin_mx_port'] ?? 25) },
        fields: `Subject: [fsigk] ${this.hostName}\r\n`,
        text: `${message}\n`,
      })
      .then((spooling) => {
        if (spooling !== 'spooled') this.log.error('alarm not mailed', { message, because: spooling })
      })
      .catch((error: unknown) => this.log.error('alarm not mailed', { message, error }))
  }
}
