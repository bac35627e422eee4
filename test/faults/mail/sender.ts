/** A sender as RFC 5321 wants it: keeps each message and tries again until it is taken (250) or refused for good (5xx). */
import { setTimeout as delay } from 'node:timers/promises'
import { MailClient } from './mail-client.js'
import { messageOf, RECIPIENT, SENDER } from './messages.js'

/** One try to hand over one message. Times are of `performance.now()`. */
export interface Attempt {
  readonly message: number
  /** Counts from 1. */
  readonly attempt: number
  /** Of the reply that ended it; 0 where the connection ended it. */
  readonly code: number
  readonly text: string
  /** Whether the server may have taken the message, as far as the sender knows. */
  readonly wasWhole: boolean
  readonly began: number
  readonly ended: number
}

const AGAIN_MS = 200
const PER_CONNECTION = 5
const PIECE_BYTES = 16_384
const MOST_ATTEMPTS = 200
/** Between two pieces of a message that comes slowly. */
const SLOW_MS = 20

/**
 * @param pauseMs between one message and the next
 * @param over gives up
 */
export async function sendAll(
  server: { readonly host: string; readonly port: number },
  messages: readonly number[],
  pauseMs: number,
  over: AbortSignal,
): Promise<readonly Attempt[]> {
  const attempts: Attempt[] = []
  let client: MailClient | undefined
  let sent = 0
  for (const message of messages) {
    for (let attempt = 1; attempt <= MOST_ATTEMPTS && !over.aborted; attempt += 1) {
      const began = performance.now()
      client ??= await MailClient.to(server).catch(() => undefined)
      if (client !== undefined) {
        const answer = await client.send(SENDER, RECIPIENT, piecesOf(messageOf(message, attempt), message))
        attempts.push({ message, attempt, ...answer, began, ended: performance.now() })
        sent += 1
        if (answer.code !== 250 || sent % PER_CONNECTION === 0) {
          await client.quit()
          client = undefined
        }
        if (answer.code === 250 || answer.code >= 500) break
      }
      await delay(AGAIN_MS)
    }
    await delay(pauseMs)
  }
  await client?.quit()
  return attempts
}

/** Every second message, the largest among them, comes slowly, so that what happens in between happens within its data. */
async function* piecesOf(message: string, number: number): AsyncGenerator<string> {
  const wire = message.replace(/^\./gm, '..')
  for (let at = 0; at < wire.length; at += PIECE_BYTES) {
    if (number % 2 === 1) await delay(SLOW_MS)
    yield wire.slice(at, at + PIECE_BYTES)
  }
}
