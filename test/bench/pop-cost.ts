/**
 * What does the POP3 proxy cost that scans nothing, against a plain TCP relay?
 *
 * A message of 80 KB is retrieved over and over again on kept connections. The relay is a program of Node's that hands on
 * what comes (`harness/tcp-relay.ts`); what is compared is the processor time of a RETR.
 * Flags: --size 80K --connections 4 --rounds 5 --seconds 4 --profile FOLDER (writes CPU profiles there)
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, startTestGateway, temporaryFolder } from '@fsigk/testing'
import { answer } from './harness/answer.js'
import { endWithBench, pin, startServer } from './harness/child.js'
import { count, parseFlags, size } from './harness/flags.js'
import { interleaved, ratio } from './harness/interleaved.js'
import { runLoad } from './harness/mail-load.js'
import { processTree } from './harness/process-tree.js'
import { LOAD_PROCESSOR, PROXY_PROCESSOR } from './harness/processors.js'
import { needPrograms } from './harness/programs.js'
import { printResults } from './harness/report.js'
import { printPromises } from './harness/table.js'

const program = (name: string) => fileURLToPath(new URL(`./harness/${name}.js`, import.meta.url))

await answer('What does the POP3 proxy cost that scans nothing, against a plain TCP relay?', async () => {
  const flags = parseFlags({ size: '80K', connections: '4', rounds: '5', seconds: '4', profile: '' })
  const rounds = count('rounds', flags.rounds)
  const load = { connections: count('connections', flags.connections), seconds: count('seconds', flags.seconds) }
  needPrograms(['taskset'])

  await using folder = await temporaryFolder('bench')
  const server = await freePort()
  const serving = [process.execPath, program('pop-server'), `${server}`, `${size('size', flags.size)}`] as const
  await using _server = await startServer(LOAD_PROCESSOR, serving, server)
  const relay = await freePort()
  const relaying = [process.execPath, program('tcp-relay'), `${relay}`, `${server}`] as const
  await using relayed = await startServer(PROXY_PROCESSOR, relaying, relay)
  await using gateway = await startPop(join(folder.path, 'fsigk'), server, flags.profile)

  const contenders = [
    { name: 'relay', proxy: { pid: relayed.pid }, port: relay },
    { name: 'fsigk-unscanned', proxy: { pid: gateway.pid }, port: gateway.port },
  ].map(({ name, proxy, port }) => ({ name, proxy, load: () => runLoad(program('pop-client'), { ...load, port }) }))
  const results = await interleaved(contenders, rounds)
  printResults(`RETR of ${flags.size}, ${load.connections} connections`, results, 'relay', 'messages')
  const cost = 1 / ratio(results, 'fsigk-unscanned', 'relay', 'perCpuSecond')
  printPromises([{ what: "a RETR, of the relay's processor time", is: cost, must: { atMost: 1.3 } }])
})

async function startPop(folder: string, server: number, profile: string) {
  await mkdir(folder, { recursive: true })
  const gateway = await startTestGateway({
    home: join(folder, 'home'),
    settings: {
      'http.http_service': false,
      'pop.pop_service': true,
      'pop.svcport': '127.0.0.1:0',
      'pop.workers': 1,
      'pop.parent_server_host': '127.0.0.1',
      'pop.parent_server_port': server,
      'pop.virus_check': false,
    },
    ...(profile === '' ? {} : { env: { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profile}` } }),
  })
  const pid = gateway.process.pid
  if (pid === undefined) throw new Error('the gateway has no process')
  endWithBench(gateway.process)
  pin(processTree(pid), PROXY_PROCESSOR)
  const { port } = await gateway.address('pop')
  return { pid, port, [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose]() }
}
