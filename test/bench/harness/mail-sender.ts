/**
 * Sends mails as fast as they are taken, and tells what came of it. A program: options as JSON. Each session greets, sends
 * a message or several, and ends; then the next one begins.
 */
import { MailConversation } from './mail-conversation.js'
import { changeable, mailOf } from './mail-message.js'

export interface SenderOptions {
  readonly port: number
  readonly sessions: number
  readonly seconds: number
  /** Of each message. */
  readonly bytes: number
  /** How many a session sends. */
  readonly messages: number
  /** Whether each is another one; else all are the same. */
  readonly fresh: boolean
}

const options = JSON.parse(process.argv[2] ?? '') as SenderOptions
const mail = mailOf(options.bytes)
const places = changeable(mail)
const start = performance.now()
const until = start + options.seconds * 1000
/** So that no two runs send the same. */
let serial = process.pid * 1_000_000
const times: number[] = []
let errors = 0

/** A copy: the one before may be on its way yet. */
function nextMail(): Buffer {
  const copy = Buffer.concat([mail, Buffer.from('.\r\n')])
  if (options.fresh) {
    serial += 1
    for (const at of places) copy.write(String(serial).padStart(16, '0'), at, 'latin1')
  }
  return copy
}

async function session(): Promise<boolean> {
  using conversation = new MailConversation(options.port)
  if (!(await conversation.greet())) return false
  for (let sent = 0; sent < options.messages && performance.now() < until; sent += 1) {
    const began = performance.now()
    if (!/^250 /.test(await conversation.send(nextMail()))) return false
    times.push(performance.now() - began)
  }
  return /^221 /.test(await conversation.say('QUIT\r\n'))
}

async function sender(): Promise<void> {
  while (performance.now() < until) if (!(await session())) errors += 1
}

await Promise.all(Array.from({ length: options.sessions }, sender))
const seconds = (performance.now() - start) / 1000
times.sort((one, other) => one - other)
const p99Ms = times[Math.floor(times.length * 0.99)] ?? 0
process.stdout.write(`${JSON.stringify({ requests: times.length, seconds, p99Ms, errors })}\n`)
