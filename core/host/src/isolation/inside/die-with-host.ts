import { createRequire } from 'node:module'

const PR_SET_PDEATHSIG = 1
const SIGKILL = 9

/**
 * Has the system end this process when its host ends, whatever it is doing then: in an endless loop it would never hear
 * that the channel is closed. The channel does for a plugin that still listens, so failing to ask is no reason to end.
 */
export function dieWithHost(): void {
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
    const prctl = koffi.load(null).func('int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)')
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
  } catch {
    // No such call on this system.
  }
}
