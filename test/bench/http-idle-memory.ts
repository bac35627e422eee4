/**
 * What does an idle keep-alive connection cost in memory?
 *
 * Each connection asks for 1 KB once and stays open. The growth of the proxy's whole process tree is divided by their
 * number: proportional memory (PSS), in which pages that processes share count once. Before it is measured,
 * 500 connections have come and gone, so that what a proxy needs to work at all is not counted.
 * Flags: --connections 10000 --proxies fsigk,nginx,squid --settle 5 (seconds between the last answer and the measuring)
 */
import { setTimeout as delay } from 'node:timers/promises'
import { temporaryFolder } from '@fsigk/testing'
import { answer } from './harness/answer.js'
import { count, parseFlags, words } from './harness/flags.js'
import { IdleConnections } from './harness/idle-connections.js'
import { addFile, startOrigin } from './harness/origin.js'
import { memory } from './harness/process-tree.js'
import { needPrograms } from './harness/programs.js'
import { printPromises, printTable } from './harness/table.js'
import { proxyNames } from './proxies/running-proxy.js'
import { startProxies } from './proxies/start.js'

const WARM_UP_CONNECTIONS = 500
const IDLE_SETTINGS = { 'http.pre_spawn': 20_000, 'http.keepalive_timeout': 3600 }

await answer('What does an idle keep-alive connection cost in memory?', async () => {
  const flags = parseFlags({ connections: '10000', proxies: 'fsigk,nginx,squid', settle: '5' })
  const connections = count('connections', flags.connections)
  const settleMs = count('settle', flags.settle) * 1000
  const proxies = words('proxies', flags.proxies, proxyNames)
  needPrograms(['nginx', 'squid', 'taskset'])

  await using folder = await temporaryFolder('bench')
  await using origin = await startOrigin(folder.path)
  const url = origin.url(await addFile(origin, 1024))
  const rows: string[][] = []
  let ours = Number.NaN
  for (const name of proxies) {
    await using proxies = await startProxies([name], folder.path, origin.port, { settings: IDLE_SETTINGS })
    const proxy = proxies.of(name)
    {
      using warmUp = new IdleConnections()
      await warmUp.open(WARM_UP_CONNECTIONS, proxy.port, url)
    }
    await delay(settleMs)
    const before = memory(proxy.pid)
    using idle = new IdleConnections()
    await idle.open(connections, proxy.port, url)
    await delay(settleMs)
    const after = memory(proxy.pid)
    const each = (after.pssBytes - before.pssBytes) / connections / 1024
    if (name === 'fsigk') ours = each
    rows.push([
      name,
      String(connections - idle.closed),
      megabytes(before.pssBytes),
      megabytes(after.pssBytes),
      `${each.toFixed(1)} KB`,
      `${((after.rssBytes - before.rssBytes) / connections / 1024).toFixed(1)} KB`,
    ])
  }
  printTable(['proxy', 'open at the end', 'before', 'after', 'a connection (PSS)', 'a connection (RSS)'], rows)
  if (!Number.isNaN(ours)) {
    printPromises([{ what: 'an idle connection', is: ours, must: { atMost: 20 }, aim: 10, unit: ' KB' }])
  }
})

function megabytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(0)} MB`
}
