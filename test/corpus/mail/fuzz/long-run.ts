/**
 * `npm run fuzz -- --minutes 10 --seed 1`: the fuzz of the test with one seed after the other, from this one or one that the
 * clock gives. Ends at the first that the walker misses, with exit code 1.
 */
import { parseArgs } from 'node:util'
import { fuzz, told } from './fuzz.js'

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } } })
const signal = AbortSignal.timeout(Number(values.minutes) * 60_000)
const first = Number(values.seed ?? Math.floor(Date.now() / 1000))

for (let seed = first; !signal.aborted; seed++) {
  const { misses, compared, faults, slowestMs } = await fuzz(seed, 20_000, signal)
  process.stdout.write(
    `seed ${seed}: ${compared} payloads compared, ${faults} mails beyond the bounds, slowest ${slowestMs.toFixed(0)} ms\n`,
  )
  if (misses.length === 0) continue
  process.stdout.write(`${misses.map(told).join('\n')}\n`)
  process.exit(1)
}
