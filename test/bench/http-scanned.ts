/**
 * What does a scanned request cost, against squid with c-icap and the same clamd?
 *
 * Bodies of 23 KB over keep-alive connections. What is compared is requests for a second of processor time of all that
 * takes part, clamd and c-icap included: all of it shares one processor, as it would share a machine.
 * Debian's squid and c-icap hang on bodies over about 64 KB, so that larger ones cannot be compared.
 * Flags: --size 23K --connections 50 --proxies squid-clamd,fsigk-clamd,fsigk-seen,fsigk --rounds 5 --seconds 4
 * --profile FOLDER (writes CPU profiles of the gateway's processes there).
 */
import { temporaryFolder } from '@fsigk/testing'
import { answer } from './harness/answer.js'
import { mustDetect } from './harness/detection.js'
import { count, parseFlags, size, words } from './harness/flags.js'
import { interleaved, ratio } from './harness/interleaved.js'
import { addFile, startOrigin } from './harness/origin.js'
import { needPrograms } from './harness/programs.js'
import { printResults } from './harness/report.js'
import { median } from './harness/statistics.js'
import { printPromises } from './harness/table.js'
import { load } from './harness/wrk.js'
import { proxyNames } from './proxies/running-proxy.js'
import { startProxies } from './proxies/start.js'

/** The guide's own figure (2.2), at 23 KB a session. */
const GUIDES_SESSIONS = 640

await answer('What does a scanned request cost, against squid with c-icap and the same clamd?', async () => {
  const flags = parseFlags({
    size: '23K',
    connections: '50',
    proxies: 'squid-clamd,fsigk-clamd,fsigk-seen,fsigk',
    rounds: '5',
    seconds: '4',
    profile: '',
  })
  const names = words('proxies', flags.proxies, proxyNames)
  const rounds = count('rounds', flags.rounds)
  const seconds = count('seconds', flags.seconds)
  const connections = count('connections', flags.connections)
  const bytes = size('size', flags.size)
  needPrograms(['nginx', 'squid', 'c-icap', 'clamd', 'wrk', 'taskset'])

  await using folder = await temporaryFolder('bench')
  await using origin = await startOrigin(folder.path)
  const url = origin.url(await addFile(origin, bytes))
  const profile = flags.profile === '' ? {} : { nodeOptions: `--cpu-prof --cpu-prof-dir=${flags.profile}` }
  await using proxies = await startProxies(names, folder.path, origin.port, profile)
  for (const proxy of proxies.all) await mustDetect(proxy, origin, bytes)
  const contenders = proxies.all.map((proxy) => ({
    name: proxy.name,
    proxy,
    load: () => load(folder.path, { proxyPort: proxy.port, url, connections, seconds }),
  }))
  const results = await interleaved(contenders, rounds)
  const title = `${flags.size} bodies, ${connections} connections, keep-alive, ${rounds} rounds of ${seconds} s`
  printResults(title, results, 'squid-clamd')
  const of = (name: string) => ratio(results, name, 'squid-clamd', 'perCpuSecond')
  const perSecond = median((results.get('fsigk') ?? []).map((round) => round.perSecond))
  printPromises(
    [
      { what: 'the same clamd, nothing remembered', is: of('fsigk-clamd'), must: { atLeast: 1.3 }, aim: 1.6 },
      { what: 'verdict cache, all seen before', is: of('fsigk-seen'), must: { atLeast: 5 }, aim: 15 },
      { what: 'embedded engine alone', is: of('fsigk'), must: { atLeast: 8 }, aim: 12 },
      { what: "the guide's sessions a second, scanned", is: perSecond, must: { atLeast: GUIDES_SESSIONS } },
    ].filter(({ is }) => !Number.isNaN(is)),
  )
})
