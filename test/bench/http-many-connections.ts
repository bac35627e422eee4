/**
 * How much slower is the gateway with 1,000 connections at work than with 50?
 *
 * Flags: --size 23K --connections 50,1000 (the first is compared with) --proxies fsigk-unscanned,fsigk --rounds 5
 * --seconds 4
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

await answer('How much slower is the gateway with 1,000 connections at work than with 50?', async () => {
  const flags = parseFlags({
    size: '23K',
    connections: '50,1000',
    proxies: 'fsigk-unscanned,fsigk',
    rounds: '5',
    seconds: '4',
  })
  const names = words('proxies', flags.proxies, proxyNames)
  const rounds = count('rounds', flags.rounds)
  const seconds = count('seconds', flags.seconds)
  const numbers = counts('connections', flags.connections)
  needPrograms(['nginx', 'squid', 'wrk', 'taskset'])

  await using folder = await temporaryFolder('bench')
  await using origin = await startOrigin(folder.path)
  const url = origin.url(await addFile(origin, size('size', flags.size)))
  await using proxies = await startProxies(names, folder.path, origin.port)
  for (const proxy of proxies.all) {
    const contenders = numbers.map((connections) => ({
      name: `${proxy.name}, ${connections}`,
      proxy,
      load: () => load(folder.path, { proxyPort: proxy.port, url, connections, seconds }),
    }))
    const few = `${proxy.name}, ${numbers[0]}`
    const results = await interleaved(contenders, rounds)
    printResults(`${flags.size} bodies, keep-alive, ${rounds} rounds of ${seconds} s`, results, few)
    printPromises(
      numbers.slice(1).map((connections) => ({
        what: `${proxy.name}: requests a second at ${connections} connections, of those at ${numbers[0]}`,
        is: ratio(results, `${proxy.name}, ${connections}`, few, 'perSecond'),
        must: { atLeast: 0.8 },
        aim: 0.95,
      })),
    )
    process.stdout.write('\n')
  }
})
