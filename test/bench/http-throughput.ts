/**
 * How many requests does a second of processor time carry, against nginx and squid?
 *
 * Interleaved rounds (A B C A B C …), so that what the machine does beside hits all alike; medians of the rounds.
 * Flags: --sizes 1K,23K,1M --connections 1,50,200,1000 --proxies nginx,squid,fsigk-unscanned,fsigk --rounds 5
 * --seconds 4 --profile FOLDER (writes CPU profiles of the gateway's processes there).
 */
import { temporaryFolder } from '@fsigk/testing'
import { answer } from './harness/answer.js'
import { count, counts, parseFlags, size, words } from './harness/flags.js'
import { addFile, startOrigin } from './harness/origin.js'
import { cpuSeconds } from './harness/process-tree.js'
import { needPrograms } from './harness/programs.js'
import { median, scatter } from './harness/statistics.js'
import { printPromises, printTable } from './harness/table.js'
import { load } from './harness/wrk.js'
import { type ProxyName, proxyNames, type RunningProxy } from './proxies/running-proxy.js'
import { startProxy } from './proxies/start.js'

const WARM_UP_SECONDS = 3

interface Round {
  readonly perSecond: number
  readonly perCpuSecond: number
  readonly busy: number
  readonly p99Ms: number
  readonly errors: number
}

interface Case {
  readonly label: string
  readonly url: string
  readonly connections: number
}

await answer('How many requests does a second of processor time carry, against nginx and squid?', async () => {
  const flags = parseFlags({
    sizes: '23K',
    connections: '50',
    proxies: proxyNames.join(),
    rounds: '5',
    seconds: '4',
    profile: '',
  })
  const sizes = flags.sizes.split(',')
  const proxies = words('proxies', flags.proxies, proxyNames)
  const rounds = count('rounds', flags.rounds)
  const seconds = count('seconds', flags.seconds)
  const connections = counts('connections', flags.connections)
  needPrograms(['nginx', 'squid', 'wrk', 'taskset'])

  await using folder = await temporaryFolder('bench')
  await using origin = await startOrigin(folder.path)
  await using started = new AsyncDisposableStack()
  const running: RunningProxy[] = []
  const wishes = flags.profile === '' ? {} : { nodeOptions: `--cpu-prof --cpu-prof-dir=${flags.profile}` }
  for (const name of proxies) {
    running.push(started.use(await startProxy(name, folder.path, origin.port, wishes)))
  }

  for (const text of sizes) {
    const url = origin.url(await addFile(origin, size('sizes', text)))
    for (const each of connections) {
      const results = await measure(running, { label: text, url, connections: each }, rounds, seconds, folder.path)
      report(results, `${text} bodies, ${each} connections, keep-alive, ${rounds} rounds of ${seconds} s`)
    }
  }
})

async function measure(
  proxies: readonly RunningProxy[],
  { url, connections }: Case,
  rounds: number,
  seconds: number,
  folder: string,
): Promise<ReadonlyMap<ProxyName, readonly Round[]>> {
  const results = new Map<ProxyName, Round[]>(proxies.map(({ name }) => [name, []]))
  for (const { port } of proxies) await load(folder, port, url, connections, WARM_UP_SECONDS)
  for (let round = 0; round < rounds; round++) {
    for (const { name, pid, port } of proxies) {
      const before = cpuSeconds(pid)
      const done = await load(folder, port, url, connections, seconds)
      const cpu = cpuSeconds(pid) - before
      results.get(name)?.push({
        perSecond: done.requests / done.seconds,
        perCpuSecond: done.requests / cpu,
        busy: cpu / done.seconds,
        p99Ms: done.p99Ms,
        errors: done.errors,
      })
    }
  }
  return results
}

function report(results: ReadonlyMap<ProxyName, readonly Round[]>, title: string): void {
  const middle = (name: ProxyName, field: keyof Round) => median((results.get(name) ?? []).map((round) => round[field]))
  const squid = middle('squid', 'perCpuSecond')
  process.stdout.write(`${title}\n\n`)
  printTable(
    ['proxy', 'requests/s', 'CPU', 'requests/CPU-s', 'scatter', 'of squid', 'p99', 'errors'],
    [...results].map(([name, rounds]) => [
      name,
      middle(name, 'perSecond').toFixed(0),
      `${(middle(name, 'busy') * 100).toFixed(0)} %`,
      middle(name, 'perCpuSecond').toFixed(0),
      `${(scatter(rounds.map((round) => round.perCpuSecond)) * 100).toFixed(0)} %`,
      Number.isNaN(squid) ? '–' : `${(middle(name, 'perCpuSecond') / squid).toFixed(2)}`,
      `${middle(name, 'p99Ms').toFixed(1)} ms`,
      String(rounds.reduce((sum, round) => sum + round.errors, 0)),
    ]),
  )
  const unscanned = middle('fsigk-unscanned', 'perCpuSecond')
  const scanned = middle('fsigk', 'perCpuSecond')
  // Promised for 23 KB bodies and 50 connections; elsewhere the same lines tell how far it carries.
  printPromises(
    [
      { what: "unscanned, of squid's requests a CPU-second", is: unscanned / squid, must: { atLeast: 1.5 }, aim: 2.5 },
      { what: 'cost scanned by the embedded engine, of unscanned', is: unscanned / scanned, must: { atMost: 2.2 } },
    ].filter(({ is }) => !Number.isNaN(is)),
  )
  process.stdout.write('\n')
}
