/**
 * How many requests does a second of processor time carry, unscanned, against nginx and squid?
 *
 * Flags: --sizes 23K --connections 50,200 --proxies nginx,squid,fsigk-unscanned --rounds 5 --seconds 4
 * --profile FOLDER (writes CPU profiles of the gateway's processes there).
 */
import { temporaryFolder } from '@fsigk/testing'
import { answer } from './harness/answer.js'
import { count, counts, parseFlags, size, words } from './harness/flags.js'
import { interleaved, ratio } from './harness/interleaved.js'
import { addFile, startOrigin } from './harness/origin.js'
import { needPrograms } from './harness/programs.js'
import { printResults } from './harness/report.js'
import { printPromises } from './harness/table.js'
import { load } from './harness/wrk.js'
import { proxyNames } from './proxies/running-proxy.js'
import { startProxies } from './proxies/start.js'

await answer(
  'How many requests does a second of processor time carry, unscanned, against nginx and squid?',
  async () => {
    const flags = parseFlags({
      sizes: '23K',
      connections: '50,200',
      proxies: 'nginx,squid,fsigk-unscanned',
      rounds: '5',
      seconds: '4',
      profile: '',
    })
    const names = words('proxies', flags.proxies, proxyNames)
    const rounds = count('rounds', flags.rounds)
    const seconds = count('seconds', flags.seconds)
    needPrograms(['nginx', 'squid', 'wrk', 'taskset'])

    await using folder = await temporaryFolder('bench')
    await using origin = await startOrigin(folder.path)
    const profile = flags.profile === '' ? {} : { nodeOptions: `--cpu-prof --cpu-prof-dir=${flags.profile}` }
    await using proxies = await startProxies(names, folder.path, origin.port, profile)
    for (const text of flags.sizes.split(',')) {
      const url = origin.url(await addFile(origin, size('sizes', text)))
      for (const connections of counts('connections', flags.connections)) {
        const contenders = proxies.all.map((proxy) => ({
          name: proxy.name,
          proxy,
          load: () => load(folder.path, { proxyPort: proxy.port, url, connections, seconds }),
        }))
        const results = await interleaved(contenders, rounds)
        printResults(
          `${text} bodies, ${connections} connections, keep-alive, ${rounds} rounds of ${seconds} s`,
          results,
          'squid',
        )
        // Promised for 23 KB bodies, 50 and 200 connections; elsewhere the same line tells how far it carries.
        printPromises([
          {
            what: "unscanned, of squid's requests a CPU-second",
            is: ratio(results, 'fsigk-unscanned', 'squid', 'perCpuSecond'),
            must: { atLeast: 1.5 },
            aim: 2.5,
          },
        ])
      }
    }
  },
)
