import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 10

/** Asks again and again until the answer is yes. @throws Error that names `what`, after `limitMs` */
export async function until(what: string, ask: () => Promise<boolean>, limitMs = 60_000): Promise<void> {
  const deadline = Date.now() + limitMs
  while (!(await ask())) {
    if (Date.now() > deadline) throw new Error(`It did not come: ${what}`)
    await delay(POLL_MS)
  }
}
