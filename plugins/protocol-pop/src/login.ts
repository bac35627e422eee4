/** How a client says whose mailbox it wants, and proves that it may have it (RFC 1939, 5034; guide 11.10). */
import { isClearMechanism } from '@fsigk/mail'
import type { Target } from '@fsigk/plugin-api'
import { commandLine } from './commands.js'
import type { Mailbox } from './mailbox.js'
import type { Command } from './parse.js'
import type { Peer } from './peer.js'
import { replies } from './replies.js'
import { saslUser } from './sasl-user.js'
import type { Upstream } from './upstream.js'
import { type UserTarget, userTarget } from './user-target.js'

/** The port of servers that users name without one (RFC 1939, 3). */
const POP_PORT = 110

/** The server that the settings name; undefined when they name none. */
export function parentOf({ settings }: Peer): Target | undefined {
  const { parent_server_host: host, parent_server_port: port } = settings
  return host === '' ? undefined : { host, port }
}

/** USER where users name their server: connects to it, unless it is the one that is connected. @returns whether the session goes on */
export async function chooseServer(peer: Peer, mailbox: Mailbox, { words }: Command): Promise<boolean> {
  const parent = parentOf(peer)
  const named = userTarget(words.join(' '), parent, POP_PORT)
  if (named === undefined) {
    peer.say(replies.userFormat)
    return true
  }
  mailbox.user = named.user
  const server = isAt(mailbox.server, named)
    ? mailbox.server
    : await reach(peer, mailbox, named, named.target === parent)
  return server === undefined ? true : await logIn(mailbox, server, `USER ${named.user}`)
}

function isAt(server: Upstream | undefined, { target }: UserTarget): boolean {
  return server?.target.host === target.host && server.target.port === target.port && !server.channel.ended
}

async function reach(
  peer: Peer,
  mailbox: Mailbox,
  { target }: UserTarget,
  isParent: boolean,
): Promise<Upstream | undefined> {
  const greeting = await mailbox.reach(target, isParent)
  if (greeting === undefined) return undefined
  peer.session.entry.error = ''
  if (greeting.is === 'ok') return mailbox.server
  mailbox.pass(greeting)
  mailbox.close()
  return undefined
}

/** USER, PASS and APOP. @returns whether the session goes on */
export async function logIn(mailbox: Mailbox, server: Upstream, line: string): Promise<boolean> {
  const reply = await mailbox.ask(server, line)
  if (reply === undefined) return false
  mailbox.pass(reply)
  mailbox.isOpen ||= reply.is === 'ok' && !line.startsWith('USER')
  return true
}

/** No mechanism asks so often. */
const MAX_ANSWERS = 32

/**
 * AUTH, step by step, until the server has accepted or refused. What the client answers is passed as it came.
 *
 * @returns whether the session goes on
 */
export async function authenticate(peer: Peer, mailbox: Mailbox, server: Upstream, command: Command): Promise<boolean> {
  const [mechanism = '', ...answers] = command.words
  if (!isClearMechanism(mechanism)) {
    peer.say(replies.mechanism)
    return true
  }
  let reply = await mailbox.step(server, commandLine(command))
  while (reply?.is === 'challenge') {
    mailbox.pass(reply)
    const answer = answers.length < MAX_ANSWERS ? await answerOf(peer) : { line: CANCEL, fault: replies.mechanism }
    if (answer === undefined) return false
    if (answer.fault === undefined) {
      answers.push(answer.line)
      reply = await mailbox.step(server, answer.line)
    } else {
      reply = await mailbox.ask(server, answer.line)
      // The server was told that the client gives up, so what it says of that is not what the client should hear.
      if (reply?.is === 'error') reply = { is: 'error', line: answer.fault }
    }
  }
  if (reply === undefined) return false
  if (reply.is === 'ok') opened(mailbox, mechanism, answers)
  mailbox.pass(reply)
  return true
}

function opened(mailbox: Mailbox, mechanism: string, answers: readonly string[]): void {
  mailbox.isOpen = true
  mailbox.user = saslUser(mechanism.toUpperCase(), answers)
  mailbox.describe()
}

/** RFC 5034, 4: with this the client gives up. */
const CANCEL = '*'

/** Waits for what the client answers to a challenge; undefined when nothing will come. */
async function answerOf(peer: Peer): Promise<{ readonly line: string; readonly fault?: string } | undefined> {
  const { channel, idleMs, sweeper } = peer
  const deadline = sweeper.now + idleMs
  for (;;) {
    const answer = channel.parser.takeAnswer()
    if (typeof answer === 'object') return answer
    if (answer === 'endless') return undefined
    if (answer !== undefined) return { line: CANCEL, fault: replies[answer] }
    const arrival = await channel.more(Math.max(0, deadline - sweeper.now))
    if (arrival === 'end' || arrival === 'timeout') return undefined
  }
}
