/** A real mail server (aiosmtpd, on loopback) whose mails are read by Python's own email package. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** What arrived, as a mail reader sees it: fields decoded by RFC 2047, the body by MIME. */
export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  /** Names in lower case. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly text: string
  /** The bytes of the header as they came, as latin1. */
  readonly rawHeader: string
  /** What is wrong with it, in the words of the parser. */
  readonly defects: readonly string[]
  /** The whole message, byte for byte as it came, without dot-stuffing. */
  readonly raw: Buffer
}

export interface MailServer extends AsyncDisposable {
  readonly host: string
  readonly port: number
  readonly mails: readonly ReceivedMail[]
  /** Resolves when so many have arrived. */
  received(count: number): Promise<readonly ReceivedMail[]>
}

const SERVER = `
import asyncio, base64, json, email, email.policy, sys
from email.header import decode_header, make_header
from aiosmtpd.smtp import SMTP

class Keep:
    async def handle_DATA(self, server, session, envelope):
        raw = envelope.original_content
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        # Read field by field: Python 3.11 puts spaces between the encoded words of a display name (bpo-35547).
        raw_fields = email.message_from_bytes(raw).items()
        body = mail.get_body(('plain',))
        defects = [str(d) for d in mail.defects] + [str(d) for f in mail.values() for d in f.defects]
        print(json.dumps({
            'from': envelope.mail_from, 'to': envelope.rcpt_tos,
            'fields': [[n.lower(), str(make_header(decode_header(v))).replace('\\r\\n ', ' ')] for n, v in raw_fields],
            'text': body.get_content() if body else '' if mail.is_multipart() else mail.get_payload(),
            'rawHeader': raw.split(b'\\r\\n\\r\\n')[0].decode('latin1'),
            'defects': defects, 'raw': base64.b64encode(raw).decode()}), flush=True)
        return '250 kept'

async def serve():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Keep(), enable_SMTPUTF8=False, hostname='mx.test'), '127.0.0.1', int(sys.argv[1]))
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(serve())
`

/** @param port a free one when not told */
export async function startMailServer(port = 0): Promise<MailServer> {
  const child = spawn('/usr/bin/python3', ['-c', SERVER, `${port}`], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stderr.on('data', (text) => {
    said += text
  })
  const mails: ReceivedMail[] = []
  const ready = Promise.withResolvers<number>()
  let news = Promise.withResolvers<void>()
  createInterface(child.stdout).on('line', (line) => {
    if (/^\d+$/.test(line)) return ready.resolve(Number(line))
    const mail = JSON.parse(line) as Omit<ReceivedMail, 'raw'> & { readonly raw: string }
    mails.push({ ...mail, raw: Buffer.from(mail.raw, 'base64') })
    news.resolve()
    news = Promise.withResolvers<void>()
  })
  child.once('exit', () => ready.reject(new Error(`the mail server did not start: ${said}`)))
  return {
    host: '127.0.0.1',
    port: await ready.promise,
    mails,
    async received(count) {
      while (mails.length < count) await news.promise
      return mails
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill()
      await once(child, 'exit')
    },
  }
}

/** The values of a field, in order. */
export function fieldsOf(mail: ReceivedMail, name: string): readonly string[] {
  return mail.fields.filter(([each]) => each === name).map(([, value]) => value)
}
