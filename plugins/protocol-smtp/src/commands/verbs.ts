/** The commands that are understood (guide 11.9); every other is unknown. */
import type { Dialogue, Next } from '../dialogue.js'
import { auth } from './auth.js'
import { type Command, commandLine } from './command.js'
import { data } from './data.js'
import { hello } from './hello.js'
import { mail } from './mail.js'
import { quit } from './quit.js'
import { rcpt } from './rcpt.js'

const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/

type Handler = (dialogue: Dialogue, command: Command) => Promise<Next>

const handlers: ReadonlyMap<string, Handler> = new Map([
  ['HELO', hello],
  ['EHLO', hello],
  ['MAIL', mail],
  ['RCPT', rcpt],
  ['DATA', data],
  ['RSET', plain(reset)],
  ['AUTH', plain(auth)],
  ['QUIT', quit],
  ['VRFY', plain(relayed)],
  ['EXPN', plain(relayed)],
  ['HELP', plain(relayed)],
  ['NOOP', plain(relayed)],
  ['XFORWARD', plain(relayed)],
])

/** So many commands that are none, and the session ends. */
const MAX_ERRORS = 100

/** Longer ones are shortened in our reply. */
const MAX_SHOWN_CHARACTERS = 100

export function perform(dialogue: Dialogue, command: Command): Promise<Next> {
  return (handlers.get(command.verb) ?? unknown)(dialogue, command)
}

/** No control character but TAB goes to the server. Addresses have their own rules. */
function plain(handler: Handler): Handler {
  return async (dialogue, command) => {
    if (!CONTROL.test(command.text)) return await handler(dialogue, command)
    dialogue.say('parameterSyntax')
    return 'next'
  }
}

async function relayed(dialogue: Dialogue, command: Command): Promise<Next> {
  return (await dialogue.relay(command.verb, commandLine(command))).next
}

async function reset(dialogue: Dialogue, command: Command): Promise<Next> {
  const { next, ok } = await dialogue.relay(command.verb, commandLine(command))
  if (ok) dialogue.endTransaction()
  return next
}

async function unknown(dialogue: Dialogue, command: Command): Promise<Next> {
  dialogue.errors++
  if (dialogue.errors > MAX_ERRORS) {
    dialogue.refuse('tooManyErrors')
    return 'close'
  }
  dialogue.say('unknownCommand', command.received.slice(0, MAX_SHOWN_CHARACTERS))
  return 'next'
}
