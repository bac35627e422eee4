/**
 * A day's browsing: many clients ask for mixed things through a gateway that is disturbed all the time. Says what came wrong,
 * what was lost, and what the gateway held at the end of each quarter.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { startTestGateway, temporaryFolder } from '@fsigk/testing'
import { startClamd } from '../../peers/clamd.js'
import { kindOf } from './bodies.js'
import { BrowsingClient } from './client.js'
import { Disturbances, type DisturbanceTimes } from './disturbances.js'
import { type Footprint, footprintOf, tellingLiveBytes } from './footprint.js'
import { Judge } from './judge.js'
import { checkLogs } from './logs.js'
import { startBrowsedOrigin } from './origin.js'

export interface DayOptions extends DisturbanceTimes {
  readonly requests: number
  readonly clients: number
  /** How long all rest at the end of each quarter before it is measured what the gateway holds. */
  readonly restMs: number
  /** Told of progress, in words. */
  readonly say?: (text: string) => void
}

export interface DayReport {
  /** Each in words; empty when all is well. At most 100. */
  readonly wrong: readonly string[]
  readonly answers: Readonly<Record<string, number>>
  /** Requests without a whole answer, by why: only while a worker was killed. */
  readonly unanswered: Readonly<Record<string, number>>
  readonly disturbances: Disturbances['done']
  /** Answers that went out in the very turn in which their worker was killed, before it wrote their lines. */
  readonly linesLostToKills: number
  /** At the end of each quarter, when nobody asked for anything. */
  readonly footprints: readonly Footprint[]
  readonly seconds: number
}

const QUARTERS = 4

export async function browseADay(options: DayOptions): Promise<DayReport> {
  await using clamd = await startClamd()
  await using origin = await startBrowsedOrigin()
  await using live = await temporaryFolder('live-bytes')
  await using gateway = await startTestGateway({
    env: tellingLiveBytes(live.path),
    settings: {
      'plugins.scanners': 'scanner-clamav',
      'scanner_clamav.servers': clamd.socket,
      'http.workers': 2,
      'http.virus_check_post': true,
      // Full long before the second quarter is over, so that what is remembered does not look like a leak.
      'common.verdict_cache_size': 100_000,
    },
  })
  const began = performance.now()
  const disturbances = new Disturbances(gateway, clamd, options)
  const judge = new Judge(disturbances)
  const clients = Array.from(
    { length: options.clients },
    (_, at) => new BrowsingClient(gateway.http, origin.url, at % 3 !== 0),
  )
  const footprints: Footprint[] = []
  let next = 0
  const browse = async (client: BrowsingClient, end: number) => {
    while (next < end) {
      const number = next++
      judge.take(await client.ask(kindOf(number), number))
    }
  }
  for (let quarter = 1; quarter <= QUARTERS; quarter += 1) {
    const stop = new AbortController()
    const disturbing = disturbances.run(stop.signal)
    const end = Math.round((options.requests * quarter) / QUARTERS)
    await Promise.all(clients.map((client) => browse(client, end)))
    stop.abort()
    await disturbing
    for (const client of clients) client.rest()
    await judge.settle(gateway)
    await delay(options.restMs)
    footprints.push(await footprintOf(gateway, live.path))
    options.say?.(`${next} requests: ${judge.summary}; ${footprintText(footprints.at(-1))}`)
  }
  const seconds = (performance.now() - began) / 1000
  const facts = await judge.checkFacts(gateway)
  await gateway.stop()
  const wrong = [...judge.wrong, ...disturbances.problems, ...facts, ...(await checkLogs(gateway, judge))]
  return {
    wrong: wrong.slice(0, 100),
    answers: judge.answers,
    unanswered: judge.unanswered,
    disturbances: disturbances.done,
    linesLostToKills: judge.linesLostToKills,
    footprints,
    seconds,
  }
}

export function footprintText(footprint: Footprint | undefined): string {
  if (footprint === undefined) return ''
  const text = (name: 'supervisor' | 'worker') =>
    `${name} ${footprint[name].megabytes.toFixed(1)} MB, of which ${footprint[name].liveMegabytes.toFixed(1)} live, ` +
    `${footprint[name].descriptors} descriptors`
  return `${text('supervisor')}; ${text('worker')}`
}
