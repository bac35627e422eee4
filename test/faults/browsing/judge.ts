/** Judges what came: whether it is right, and where it is not, whether what was being done to the gateway excuses it. */
import { setTimeout as delay } from 'node:timers/promises'
import type { TestGateway } from '@fsigk/testing'
import { bodyOf, holdsMarker, isInfected, type Kind } from './bodies.js'
import type { Browsed } from './client.js'
import { type Disturbances, lieIn, overlaps } from './disturbances.js'

const MOST = 100
/**
 * A worker's lines are written at the end of the turn in which it answered: what was answered in the turn in which it is
 * killed has none. A turn that takes microseconds of processor time takes much longer where others want the processors.
 */
const SAME_MOMENT_MS = 1_000
/** Longer than a worker's longest back-off. */
const SETTLE_LIMIT_MS = 60_000

export class Judge {
  readonly wrong: string[] = []
  readonly answers: Record<string, number> = {}
  readonly unanswered: Record<string, number> = {}
  /** Answers whose lines a killed worker did not come to write. */
  linesLostToKills = 0
  /** What each request that was answered whole was answered with, by its number. */
  readonly answered = new Map<number, number>()
  /** When each of them was answered, of `performance.now()`. */
  readonly #endedAt = new Map<number, number>()
  #asked = 0

  constructor(private readonly disturbances: Disturbances) {}

  /** From the answer to the kill that was nearest to it, in milliseconds. */
  nearestKillMs(number: number): number {
    const ended = this.#endedAt.get(number) ?? 0
    const distances = this.disturbances.kills.map(({ from }) => Math.round(from - ended))
    return distances.toSorted((a, b) => Math.abs(a) - Math.abs(b))[0] ?? Number.POSITIVE_INFINITY
  }

  /** Whether a worker was killed in the moment in which this was answered. */
  wasKilledAround(number: number): boolean {
    return Math.abs(this.nearestKillMs(number)) <= SAME_MOMENT_MS
  }

  get asked(): number {
    return this.#asked
  }

  get summary(): string {
    const counted = Object.entries({ ...this.answers, ...this.unanswered }).map(([what, times]) => `${what} × ${times}`)
    return `${counted.join(', ')}; ${this.wrong.length} wrong`
  }

  take(browsed: Browsed): void {
    this.#asked += 1
    const { number, status, failure, began, ended } = browsed
    if (status === 0) this.unanswered[failure] = (this.unanswered[failure] ?? 0) + 1
    else {
      this.answers[status] = (this.answers[status] ?? 0) + 1
      this.answered.set(number, status)
      this.#endedAt.set(number, ended)
    }
    const fault = this.#fault(browsed)
    if (fault !== undefined && this.wrong.length < MOST)
      this.wrong.push(`${browsed.kind}/${number} (${status} ${failure}, ${Math.round(ended - began)} ms): ${fault}`)
  }

  /** Waits until the gateway has nothing under way and both workers serve: one that was killed too often comes back late. */
  async settle(gateway: TestGateway): Promise<void> {
    for (const limit = performance.now() + SETTLE_LIMIT_MS; ; await delay(100)) {
      const services = (await gateway.status()).services.filter(({ state }) => state !== 'off')
      const isCalm = services.every(
        ({ connections, workers }) =>
          connections === 0 && workers.length === 2 && workers.every(({ state }) => state === 'serving'),
      )
      if (isCalm) return
      if (performance.now() > limit) throw new Error(`The gateway did not come to rest: ${JSON.stringify(services)}`)
    }
  }

  /** Each time clamd went away is one alarm at most, and each alarm has its end. */
  async checkFacts(gateway: TestGateway): Promise<readonly string[]> {
    const { stdout } = await gateway.cli('facts', '--json', '--limit', '1000')
    const types = (JSON.parse(stdout) as { readonly type: string }[]).map(({ type }) => type)
    const begun = types.filter((type) => type === 'OutageBegan').length
    return begun <= this.disturbances.done.clamdRestarts
      ? []
      : [`${begun} alarms for ${this.disturbances.done.clamdRestarts} outages`]
  }

  #fault({ kind, number, status, body, began, ended }: Browsed): string | undefined {
    if (isInfected(kind) && holdsMarker(body)) return 'what is infected was delivered'
    const { kills, clamdAway, clamdUnsure } = this.disturbances
    switch (status) {
      case 200:
        if (isInfected(kind)) return 'what is infected was let through'
        if (kind === 'cut') return 'half a body was told to be whole'
        if (!body.equals(bodyOf(kind, number))) return 'another body came'
        return needsScan(kind) && lieIn(clamdAway, began, ended) ? 'delivered while clamd was away' : undefined
      case 403:
        return isInfected(kind) ? undefined : 'refused, though nothing is in it'
      case 502:
        return kind === 'cut' ? undefined : 'the server answered'
      case 503:
        return overlaps(clamdUnsure, began, ended) ? undefined : 'refused for now, though clamd was there'
      case 0:
        return overlaps(kills, began, ended) ? undefined : 'no whole answer'
      default:
        return 'nobody answers so'
    }
  }
}

/** What has been met before is known without asking clamd, and of nothing there is nothing to scan. */
function needsScan(kind: Kind): boolean {
  return kind !== 'repeated' && kind !== 'empty'
}
