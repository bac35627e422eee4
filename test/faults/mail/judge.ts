/** Compares what the senders were told with what the next server keeps: what was lost, halved, repeated without need, or let through. */
import { type KeptMail, valuesOf } from '../../peers/kept-mail.js'
import type { Kills } from './kills.js'
import { isInfected, messageOf } from './messages.js'
import type { Attempt } from './sender.js'

export interface Judgement {
  /** Each in words; empty when all is well. */
  readonly wrong: readonly string[]
  /** Messages that arrived more than once, because their sender could not know that they had arrived. */
  readonly repeated: number
}

/** A copy may arrive below these, and no others. */
const ADDED = new Set(['received', 'x-virus-status'])

export function judge(
  messages: number,
  attempts: readonly Attempt[],
  kept: readonly KeptMail[],
  kills: Kills,
): Judgement {
  const wrong: string[] = []
  // A mail that its server, killed in the middle, delivered twice came once.
  const copies = new Map(kept.map((mail) => [mail.queueId, mail]))
  const arrived = new Map<string, number>()
  for (const mail of copies.values()) {
    const [message, attempt] = [valuesOf(mail, 'X-Message')[0], valuesOf(mail, 'X-Attempt')[0]]
    const name = `${message}, attempt ${attempt}`
    arrived.set(name, (arrived.get(name) ?? 0) + 1)
    const fault = faultOf(mail, Number(message), Number(attempt))
    if (fault !== undefined) wrong.push(`message ${name}: ${fault}`)
  }
  const last = new Map<number, Attempt>()
  for (const attempt of attempts) {
    last.set(attempt.message, attempt)
    const fault = faultOfAttempt(attempt, arrived.get(`${attempt.message}, attempt ${attempt.attempt}`) ?? 0, kills)
    if (fault !== undefined)
      wrong.push(`message ${attempt.message}, attempt ${attempt.attempt} (${attempt.text}): ${fault}`)
  }
  for (let message = 0; message < messages; message += 1)
    if (last.get(message)?.code !== (isInfected(message) ? 554 : 250))
      wrong.push(`message ${message} did not come to its end`)
  const times = Map.groupBy(arrived.keys(), (name) => name.split(',')[0])
  return { wrong, repeated: [...times.values()].filter(({ length }) => length > 1).length }
}

function faultOf(mail: KeptMail, message: number, attempt: number): string | undefined {
  if (isInfected(message)) return 'what is infected was delivered'
  const sent = messageOf(message, attempt).replaceAll('\r\n', '\n')
  if (!mail.text.endsWith(sent)) return 'it is not what was sent'
  const above = mail.text.slice(0, -sent.length)
  const names = [...above.matchAll(/^([^\s:]+):/gm)].map(([, name = '']) => name.toLowerCase())
  return names.every((name) => ADDED.has(name)) ? undefined : `there is more above it: ${above}`
}

function faultOfAttempt({ code, wasWhole, began, ended }: Attempt, arrived: number, kills: Kills): string | undefined {
  const away = kills.within(began, ended)
  if (arrived > 1) return `it arrived ${arrived} times`
  if (code === 250) return arrived === 1 ? undefined : 'taken and lost'
  if (code >= 500) return arrived === 0 ? undefined : 'refused and delivered'
  if (away.size === 0) return 'put off, though nothing was killed'
  if (arrived === 0) return undefined
  if (!wasWhole) return 'delivered before it was whole'
  // The gateway said that it was not taken: it may err only where the server died before it answered, or the gateway did.
  return away.has('server') || away.has('worker') || away.has('supervisor') ? undefined : 'put off and delivered'
}
