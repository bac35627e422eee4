/** Conditions under which a revision that waits to be confirmed is given up at once. */
import { isIP } from 'node:net'
import type { PendingRevision, SettingsLog } from '@fsigk/config'
import { normaliseAddress } from '@fsigk/gateway/parts'
import type { ServiceApplied } from '../administration/administration.js'
import { fail } from '../errors.js'
import type { Counts } from './rates.js'

export type Guard =
  /** A service did not come up with the new settings. */
  | { readonly is: 'listeners' }
  /** The share of transfers that failed, or that were not scanned, rose by more than this against the hour before. */
  | { readonly is: 'errors' | 'unscanned'; readonly percent: number }
  /** A service would not let this address in any more. */
  | { readonly is: 'own-address'; readonly address: string }

/** So few transfers prove nothing. */
const MIN_TRANSFERS = 10

/**
 * @param words `listeners`, `errors=5%`, `unscanned=5%`, `own-address=192.0.2.7`
 * @throws FSIGK_GUARD_INVALID naming the first word that is none
 */
export function parseGuards(words: readonly string[]): readonly Guard[] {
  return words.map((word) => {
    const guard = parseGuard(word)
    if (guard === undefined) throw fail('FSIGK_GUARD_INVALID', [word])
    return guard
  })
}

function parseGuard(word: string): Guard | undefined {
  if (word === 'listeners') return { is: 'listeners' }
  const share = /^(errors|unscanned)=(\d{1,2}|100)%$/.exec(word)
  if (share !== null) return { is: share[1] as 'errors' | 'unscanned', percent: Number(share[2]) }
  const address = /^own-address=(.+)$/.exec(word)?.[1]
  if (address !== undefined && isIP(address) !== 0) return { is: 'own-address', address: normaliseAddress(address) }
  return undefined
}

/**
 * What came of handing the settings out trips a guard of the revision that waits at once.
 * @returns why, undefined when nothing does
 */
export async function trippedAtOnce(
  log: SettingsLog,
  pending: PendingRevision,
  services: readonly ServiceApplied[],
): Promise<string | undefined> {
  for (const guard of parseGuards(pending.guards)) {
    if (guard.is === 'listeners') {
      const down = services.find(({ applied }) => !applied)
      if (down !== undefined) return `listeners: ${down.name} did not come up, ${down.because ?? 'it does not answer'}`
    } else if (guard.is === 'own-address') {
      const { address } = guard
      const before = await log.snapshot(pending.revision - 1)
      const { letsIn } = await import('./lets-in.js')
      // Where somebody was not let in before, nothing is taken from him.
      const shut = services.find(({ name }) => letsIn(before, name, address) && !letsIn(log.current, name, address))
      if (shut !== undefined) return `own-address: ${shut.name} would refuse ${address}`
    }
  }
  return undefined
}

/** What passed since trips a guard. @returns why, undefined when nothing does */
export function trippedBySharing(guards: readonly Guard[], before: Counts, since: Counts): string | undefined {
  if (since.transfers < MIN_TRANSFERS) return undefined
  for (const guard of guards) {
    if (guard.is !== 'errors' && guard.is !== 'unscanned') continue
    const was = percentOf(before[guard.is], before.transfers)
    const is = percentOf(since[guard.is], since.transfers)
    if (is > was + guard.percent)
      return `${guard.is}: ${Math.round(is)}% of ${since.transfers}, ${Math.round(was)}% before`
  }
  return undefined
}

function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole
}
