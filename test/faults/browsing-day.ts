/**
 * A day's browsing through a gateway that is disturbed all the time: no wrong byte, no leak, nothing unscanned, no lost line.
 *
 *     npm run faults -- browsing-day --requests 100000 --clients 24 --every 2000 --down 700 --rest 20000
 *
 * `--every`: milliseconds from one disturbance to the next (settings, a killed worker, a rollback, SIGHUP, clamd restarted).
 * `--down`: how long clamd stays away each time. `--rest`: how long all rest at the end of each quarter, in which pools of idle
 * connections empty themselves. Ends with 0 when all is well, 1 when something is wrong.
 */
import { parseArgs } from 'node:util'
import { browseADay, footprintText } from './browsing/day.js'
import type { Held } from './browsing/footprint.js'

/** At the end against after the second quarter: what lives, and all memory with the garbage of the moment. */
const MOST_GROWTH = { live: 1.1, resident: 1.5 }
const MORE_DESCRIPTORS = 5

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    clients: { type: 'string', default: '24' },
    every: { type: 'string', default: '2000' },
    down: { type: 'string', default: '700' },
    rest: { type: 'string', default: '20000' },
  },
})
const say = (text: string) => process.stdout.write(`${text}\n`)

const report = await browseADay({
  requests: Number(values.requests),
  clients: Number(values.clients),
  everyMs: Number(values.every),
  clamdDownMs: Number(values.down),
  restMs: Number(values.rest),
  say,
})
const [, second, , last] = report.footprints
const wrong = [...report.wrong]
for (const name of ['supervisor', 'worker'] as const) wrong.push(...leaks(name, second?.[name], last?.[name]))
say(`answers ${JSON.stringify(report.answers)}, without one ${JSON.stringify(report.unanswered)}`)
say(`disturbances ${JSON.stringify(report.disturbances)}, ${report.seconds.toFixed(0)} s`)
say(`answers of the turn in which their worker was killed, without a line: ${report.linesLostToKills}`)
say(`after the second quarter: ${footprintText(second)}`)
say(`at the end: ${footprintText(last)}`)
for (const each of wrong) say(`WRONG  ${each}`)
say(wrong.length === 0 ? 'nothing is wrong' : `${wrong.length} things are wrong`)
process.exitCode = wrong.length === 0 ? 0 : 1

function leaks(name: string, before: Held | undefined, after: Held | undefined): readonly string[] {
  if (before === undefined || after === undefined) return [`${name}: not measured`]
  const live = after.liveMegabytes / before.liveMegabytes
  const resident = after.megabytes / before.megabytes
  return [
    ...(live > MOST_GROWTH.live ? [`${name}: ${((live - 1) * 100).toFixed(0)} % more lives`] : []),
    ...(resident > MOST_GROWTH.resident ? [`${name}: ${((resident - 1) * 100).toFixed(0)} % more memory`] : []),
    ...(after.descriptors > before.descriptors + MORE_DESCRIPTORS ? [`${name}: descriptors are left open`] : []),
  ]
}
