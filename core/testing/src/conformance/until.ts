import { setTimeout as delay } from 'node:timers/promises'

const LIMIT_MS = 10_000
const POLL_MS = 10

/** Asks again and again until the answer is yes. @throws Error that names `what`, after ten seconds */
export async function until(what: string, ask: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + LIMIT_MS
  while (!(await ask())) {
    if (Date.now() > deadline) throw new Error(`It did not come: ${what}`)
    await delay(POLL_MS)
  }
}
