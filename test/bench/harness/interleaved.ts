/** Rounds A B C A B C …, so that what the machine does beside hits all alike. */
import { type Measured, rootsOf } from '../proxies/running-proxy.js'
import { cpuSeconds } from './process-tree.js'
import { median } from './statistics.js'
import type { Load } from './wrk.js'

/** One proxy under one kind of load. */
export interface Contender {
  readonly name: string
  readonly proxy: Measured
  /** @param round 0 is the warm-up, whose figures do not count */
  load(round: number): Promise<Load>
}

export interface Round {
  readonly perSecond: number
  readonly perCpuSecond: number
  readonly busy: number
  readonly p99Ms: number
  readonly errors: number
}

export type Results = ReadonlyMap<string, readonly Round[]>

/** Warms each up, then measures so many rounds of each. */
export async function interleaved(contenders: readonly Contender[], rounds: number): Promise<Results> {
  const results = new Map<string, Round[]>(contenders.map(({ name }) => [name, []]))
  for (const contender of contenders) await contender.load(0)
  for (let round = 1; round <= rounds; round++) {
    for (const contender of contenders) results.get(contender.name)?.push(await measure(contender, round))
  }
  return results
}

async function measure({ proxy, load }: Contender, round: number): Promise<Round> {
  const roots = rootsOf(proxy)
  const spent = () => roots.reduce((sum, root) => sum + cpuSeconds(root), 0)
  const before = spent()
  const done = await load(round)
  const cpu = spent() - before
  return {
    perSecond: done.requests / done.seconds,
    perCpuSecond: done.requests / cpu,
    busy: cpu / done.seconds,
    p99Ms: done.p99Ms,
    errors: done.errors,
  }
}

/**
 * How one compares with another: the median of the rounds' own ratios, since what was measured one after the other saw
 * the same machine. NaN when one of them was not measured.
 */
export function ratio(results: Results, one: string, other: string, field: 'perSecond' | 'perCpuSecond'): number {
  const others = results.get(other) ?? []
  return median((results.get(one) ?? []).map((round, at) => round[field] / (others[at]?.[field] ?? Number.NaN)))
}
