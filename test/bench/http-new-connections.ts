/**
 * What does a new connection for each request cost, unscanned, against squid?
 *
 * Flags: --size 23K --connections 50 --proxies squid,fsigk-unscanned --rounds 5 --seconds 4
 * --profile FOLDER (writes CPU profiles of the gateway's processes there).
 */
import { temporaryFolder } from '@fsigk/testing'
import { answer } from './harness/answer.js'
import { count, parseFlags, size, words } from './harness/flags.js'
import { interleaved, ratio } from './harness/interleaved.js'
import { addFile, startOrigin } from './harness/origin.js'
import { needPrograms } from './harness/programs.js'
import { printResults } from './harness/report.js'
import { printPromises } from './harness/table.js'
import { load } from './harness/wrk.js'
import { proxyNames } from './proxies/running-proxy.js'
import { startProxies } from './proxies/start.js'

await answer('What does a new connection for each request cost, unscanned, against squid?', async () => {
  const flags = parseFlags({
    size: '23K',
    connections: '50',
    proxies: 'squid,fsigk-unscanned',
    rounds: '5',
    seconds: '4',
    profile: '',
  })
  const names = words('proxies', flags.proxies, proxyNames)
  const rounds = count('rounds', flags.rounds)
  const seconds = count('seconds', flags.seconds)
  const connections = count('connections', flags.connections)
  needPrograms(['nginx', 'squid', 'wrk', 'taskset'])

  await using folder = await temporaryFolder('bench')
  await using origin = await startOrigin(folder.path)
  const url = origin.url(await addFile(origin, size('size', flags.size)))
  const profile = flags.profile === '' ? {} : { nodeOptions: `--cpu-prof --cpu-prof-dir=${flags.profile}` }
  await using proxies = await startProxies(names, folder.path, origin.port, profile)
  const contenders = proxies.all.map((proxy) => ({
    name: proxy.name,
    proxy,
    load: () => load(folder.path, { proxyPort: proxy.port, url, connections, seconds, close: true }),
  }))
  const results = await interleaved(contenders, rounds)
  const title = `${flags.size} bodies, ${connections} clients, a connection each time, ${rounds} rounds of ${seconds} s`
  printResults(title, results, 'squid')
  printPromises([
    {
      what: "unscanned, a new connection each, of squid's requests a CPU-second",
      is: ratio(results, 'fsigk-unscanned', 'squid', 'perCpuSecond'),
      must: { atLeast: 1.2 },
      aim: 2,
    },
  ])
})
