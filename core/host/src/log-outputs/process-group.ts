/** Ends what a command started, by the id of the process group that it leads. */
import { setTimeout as delay } from 'node:timers/promises'

const LOOK_AGAIN_MS = 20

/**
 * Waits for the processes of a group to end by themselves, then asks them to, then kills them.
 *
 * @param leader the process id of the group's leader, which may have ended
 * @param patienceMs until they are asked
 * @param graceMs from then until they are killed
 */
export async function endProcessGroup(leader: number, patienceMs: number, graceMs: number): Promise<void> {
  if (await goneWithin(leader, patienceMs)) return
  signalGroup(leader, 'SIGTERM')
  if (!(await goneWithin(leader, graceMs))) signalGroup(leader, 'SIGKILL')
}

async function goneWithin(leader: number, limitMs: number): Promise<boolean> {
  const until = performance.now() + limitMs
  while (signalGroup(leader, 0)) {
    if (performance.now() >= until) return false
    await delay(LOOK_AGAIN_MS)
  }
  return true
}

/** @returns whether somebody is left in the group */
function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-leader, signal)
    return true
  } catch {
    return false
  }
}
