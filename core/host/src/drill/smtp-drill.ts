/** A drill of the SMTP proxy: its next hop, which takes every message, and a client that sends one. */
import { Dialogue, startDialogueServer } from './dialogue.js'
import { drillMail, textOfMail } from './drill-mail.js'
import type { Met, ServiceDrill } from './service-drill.js'

export async function startSmtpDrill(): Promise<ServiceDrill> {
  /** What the next hop has taken, by recipient. */
  const taken = new Map<string, string>()
  const server = await startDialogueServer((dialogue) => takeMessages(dialogue, taken))
  return {
    settings: { parent_server_host: '127.0.0.1', parent_server_port: `${server.port}` },
    async ask(service, cause): Promise<Met> {
      using dialogue = await Dialogue.to(service)
      const recipient = `${cause.name}@drill.invalid`
      let meets = await reply(dialogue)
      for (const line of ['EHLO drill.invalid', 'MAIL FROM:<drill@drill.invalid>', `RCPT TO:<${recipient}>`, 'DATA']) {
        if (!isPositive(meets)) return { meets, fields: {}, body: '' }
        dialogue.say(line)
        meets = await reply(dialogue)
      }
      if (isPositive(meets)) {
        dialogue.say(...drillMail(cause), '.')
        meets = await reply(dialogue)
      }
      return { meets, fields: {}, body: textOfMail(taken.get(recipient) ?? '') }
    },
    inLine: ({ name }) => ` mail:${name}@drill.invalid `,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function takeMessages(dialogue: Dialogue, taken: Map<string, string>): Promise<void> {
  let recipient = ''
  dialogue.say('220 drill.invalid')
  for (;;) {
    const line = await dialogue.line()
    const named = /^RCPT TO:<(.*)>/i.exec(line)?.[1]
    if (named !== undefined) recipient = named
    if (/^DATA$/i.test(line)) {
      dialogue.say('354 go on')
      taken.set(recipient, await dialogue.text())
    }
    dialogue.say(/^QUIT$/i.test(line) ? '221 bye' : '250 ok')
    if (/^QUIT$/i.test(line)) return
  }
}

/** The last line of a reply. */
async function reply(dialogue: Dialogue): Promise<string> {
  for (;;) {
    const line = await dialogue.line()
    if (!/^\d{3}-/.test(line)) return line
  }
}

function isPositive(reply: string): boolean {
  return /^[23]/.test(reply)
}
