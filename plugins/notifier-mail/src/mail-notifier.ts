import type { Call, Notice, Notifier } from '@fsigk/plugin-api'
import { injectable } from '@fsigk/plugin-api'
import { createTransport } from 'nodemailer'
import { fail } from './errors.js'
import type { MailNotifierSettings } from './settings.js'

/** Beyond it, a notice that some had may come to them again. */
const MAX_PARTLY_SENT = 1_000

/** Mails notices to whom they are for, a connection a notice. What fails is the host's to try again. */
@injectable()
export class MailNotifier implements Notifier<MailNotifierSettings> {
  /** Who has had a notice that others were refused. By header, which is the same when it is tried again. */
  readonly #had = new Map<string, ReadonlySet<string>>()

  /** @throws FSIGK_NOTIFY_NO_SERVER, FSIGK_NOTIFY_HOST, FSIGK_NOTIFY_CONNECT, FSIGK_NOTIFY_SMTP, or the signal's reason */
  async notify(notice: Notice, { settings, signal }: Call<MailNotifierSettings>): Promise<void> {
    const { host, port } = notice.server
    if (host === '') throw fail('FSIGK_NOTIFY_NO_SERVER', [])
    signal.throwIfAborted()
    const timeoutMs = settings.timeout * 1000
    const transport = createTransport({
      host,
      port,
      secure: false,
      ignoreTLS: settings.tls === 'never',
      requireTLS: settings.tls === 'required',
      tls: { rejectUnauthorized: settings.tls === 'required' },
      dnsTimeout: timeoutMs,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    const close = () => transport.close()
    signal.addEventListener('abort', close, { once: true })
    const had = this.#had.get(notice.headers) ?? new Set<string>()
    const to = notice.to.filter((address) => !had.has(address))
    try {
      const sent = await transport.sendMail({ envelope: { from: notice.from, to }, raw: messageOf(notice) })
      const [refusal] = sent.rejectedErrors ?? []
      this.#remember(notice, refusal === undefined ? undefined : new Set([...had, ...sent.accepted.map(String)]))
      if (refusal !== undefined) throw refusal
    } catch (error) {
      signal.throwIfAborted()
      throw guideError(host, port, error)
    } finally {
      signal.removeEventListener('abort', close)
      transport.close()
    }
  }

  #remember({ headers }: Notice, had: ReadonlySet<string> | undefined): void {
    this.#had.delete(headers)
    if (had === undefined) return
    const [oldest] = this.#had.keys()
    if (this.#had.size >= MAX_PARTLY_SENT && oldest !== undefined) this.#had.delete(oldest)
    this.#had.set(headers, had)
  }
}

/** The text goes as base64, so that no line of it is too long or begins with a dot for anybody. */
function messageOf({ headers, text }: Notice): string {
  const mime = 'MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n'
  const body = Buffer.from(text.replaceAll('\n', '\r\n')).toString('base64')
  return `${headers}${mime}\r\n${body.replace(/.{76}/g, '$&\r\n')}\r\n`
}

interface SmtpError {
  readonly code?: string
  readonly command?: string
  readonly response?: string
  readonly message?: string
}

/** Which command it was that failed, in the guide's words. */
const commands: Readonly<Record<string, string>> = { CONN: 'GREETING', EHLO: 'HELO', API: 'DATA END' }

function guideError(host: string, port: number, error: unknown): Error {
  const { code = '', command = '', response, message = String(error) } = error as SmtpError
  if (code === 'EDNS') return fail('FSIGK_NOTIFY_HOST', [host, message], { cause: error })
  const isUnreachable = response === undefined && (code === 'ESOCKET' || code === 'ECONNECTION' || code === 'ETIMEDOUT')
  if (isUnreachable && command === 'CONN') return fail('FSIGK_NOTIFY_CONNECT', [host, port, message], { cause: error })
  // The command and the end of the data are both DATA to nodemailer; only at the end can a message have failed.
  const at = code === 'EMESSAGE' && command === 'DATA' ? 'DATA END' : (commands[command] ?? (command || 'DATA END'))
  return fail('FSIGK_NOTIFY_SMTP', [at, response ?? message], { cause: error })
}
