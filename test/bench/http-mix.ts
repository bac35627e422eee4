/**
 * What does a mix cost of what was seen before and what was not, against squid with c-icap and the same clamd?
 *
 * 70 % of the requests are for one of 200 bodies that were asked for before, the others for bodies that nobody has seen.
 * clamd remembers what was clean, as it does on every installation. Debian's squid and c-icap hang on bodies over about
 * 64 KB: compared is below that, and beside it, without them, sizes of 1 KB to 1 MB.
 * Flags: --sizes 1K-60K,1K-1M --connections 50 --share 70 --proxies squid-clamd,fsigk-clamd,fsigk-seen --rounds 5
 * --seconds 4 --profile FOLDER (writes CPU profiles of the gateway's processes there).
 */
import { temporaryFolder } from '@fsigk/testing'
import { answer } from './harness/answer.js'
import { fetchThrough } from './harness/fetch.js'
import { count, parseFlags, size, UsageError, words } from './harness/flags.js'
import { type Contender, interleaved, ratio } from './harness/interleaved.js'
import { type NumberedOrigin, startNumberedOrigin } from './harness/numbered-origin.js'
import { needPrograms } from './harness/programs.js'
import { printResults } from './harness/report.js'
import { printPromises } from './harness/table.js'
import { load } from './harness/wrk.js'
import { proxyNames, type RunningProxy } from './proxies/running-proxy.js'
import { startProxies } from './proxies/start.js'

const KNOWN = 200
/** More than a round can use up. */
const NUMBERS_OF_A_ROUND = 1_000_000
/** Above it squid hangs in this pairing. */
const SQUIDS_BYTES = 61_440

await answer(
  'What does a mix cost of what was seen before and what was not, against squid with c-icap and the same clamd?',
  async () => {
    const flags = parseFlags({
      sizes: '1K-60K,1K-1M',
      connections: '50',
      share: '70',
      proxies: 'squid-clamd,fsigk-clamd,fsigk-seen',
      rounds: '5',
      seconds: '4',
      profile: '',
    })
    const names = words('proxies', flags.proxies, proxyNames)
    const rounds = count('rounds', flags.rounds)
    const seconds = count('seconds', flags.seconds)
    const connections = count('connections', flags.connections)
    const share = count('share', flags.share) / 100
    needPrograms(['nginx', 'squid', 'c-icap', 'clamd', 'wrk', 'taskset'])
    await using folder = await temporaryFolder('bench')
    const profile = flags.profile === '' ? {} : { nodeOptions: `--cpu-prof --cpu-prof-dir=${flags.profile}` }
    await using proxies = await startProxies(names, folder.path, 0, { ...profile, clamdRemembers: true })

    for (const text of flags.sizes.split(',')) {
      const [least, most] = sizesOf(text)
      await using origin = await startNumberedOrigin(least, most)
      const able = proxies.all.filter(({ name }) => name !== 'squid-clamd' || most <= SQUIDS_BYTES)
      for (const proxy of able) await askForKnown(proxy, origin)
      const contenders = able.map((proxy, index): Contender => {
        // Each proxy gets numbers of its own, since all share what clamd remembers.
        const numbers = (round: number) => ((rounds + 1) * index + round + 1) * NUMBERS_OF_A_ROUND
        return {
          name: proxy.name,
          proxy,
          load: (round) =>
            load(folder.path, {
              ...{ proxyPort: proxy.port, url: origin.url, connections, seconds },
              numbers: { share, known: KNOWN, fresh: numbers(round) },
            }),
        }
      })
      const results = await interleaved(contenders, rounds)
      const title = `${text} bodies, ${flags.share} % seen before, ${connections} connections, ${rounds} rounds of ${seconds} s`
      printResults(title, results, 'squid-clamd')
      const is = ratio(results, 'fsigk-seen', 'squid-clamd', 'perCpuSecond')
      if (!Number.isNaN(is)) printPromises([{ what: 'a mix', is, must: { atLeast: 3 }, aim: 6 }])
    }
  },
)

function sizesOf(text: string): readonly [number, number] {
  const [least, most, ...rest] = text.split('-').map((each) => size('sizes', each))
  if (least === undefined || most === undefined || rest.length > 0 || least < 16 || most < least)
    throw new UsageError(`--sizes is like 1K-60K, not '${text}'`)
  return [least, most]
}

async function askForKnown(proxy: RunningProxy, origin: NumberedOrigin): Promise<void> {
  for (let number = 1; number <= KNOWN; number++) await fetchThrough(proxy.port, `${origin.url}${number}`)
}
