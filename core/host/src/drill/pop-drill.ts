/** A drill of the POP proxy: a server with a mailbox for each cause, its message in it, and a client that fetches one. */
import { Dialogue, startDialogueServer } from './dialogue.js'
import { drillCauses } from './drill-causes.js'
import { drillMail, textOfMail } from './drill-mail.js'
import type { Met, ServiceDrill } from './service-drill.js'

export async function startPopDrill(): Promise<ServiceDrill> {
  const server = await startDialogueServer(giveMessages)
  return {
    settings: { parent_server_host: '127.0.0.1', parent_server_port: `${server.port}` },
    async ask(service, cause): Promise<Met> {
      using dialogue = await Dialogue.to(service)
      let meets = await dialogue.line()
      for (const line of [`USER ${cause.name}`, 'PASS drill', 'RETR 1']) {
        if (!isPositive(meets)) break
        dialogue.say(line)
        meets = await dialogue.line()
      }
      return { meets, fields: {}, body: isPositive(meets) ? textOfMail(await dialogue.text()) : '' }
    },
    inLine: ({ name }) => ` pop://${name}@127.0.0.1:${server.port} `,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function giveMessages(dialogue: Dialogue): Promise<void> {
  let user = ''
  dialogue.say('+OK drill')
  for (;;) {
    const [verb = '', word = ''] = (await dialogue.line()).split(' ')
    if (verb.toUpperCase() === 'USER') user = word
    const cause = drillCauses.find(({ name }) => name === user)
    if (cause === undefined) dialogue.say('-ERR no such drill')
    else if (verb.toUpperCase() === 'RETR') dialogue.say('+OK', ...drillMail(cause), '.')
    else dialogue.say('+OK')
    if (verb.toUpperCase() === 'QUIT') return
  }
}

function isPositive(reply: string): boolean {
  return reply.startsWith('+OK')
}
