import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { freePort } from '@fsigk/testing'
import { startServer } from '../harness/child.js'
import { PROXY_PROCESSOR } from '../harness/processors.js'
import { programPath } from '../harness/programs.js'
import { startIcap } from './c-icap.js'
import type { Clamd } from './clamd.js'
import type { RunningProxy } from './running-proxy.js'

/** squid without a cache, in one process, with the access log that its users have. */
export async function startSquid(folder: string): Promise<RunningProxy> {
  return await start(folder, 'squid', '')
}

/** The same, with every answer scanned: by ICAP to c-icap, and from there to clamd. */
export async function startSquidClamd(folder: string, clamd: Clamd): Promise<RunningProxy> {
  await using started = new AsyncDisposableStack()
  await mkdir(folder, { recursive: true })
  const icap = started.use(await startIcap(join(folder, 'c-icap'), clamd.socket))
  const squid = started.use(await start(folder, 'squid-clamd', icapConfig(icap.url)))
  const owned = started.move()
  return { ...squid, servants: [icap.pid, clamd.pid], [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

async function start(folder: string, name: 'squid' | 'squid-clamd', more: string): Promise<RunningProxy> {
  await mkdir(folder, { recursive: true })
  // Started by root it becomes another user, who must still reach and write its log.
  await chmod(dirname(folder), 0o711)
  await chmod(folder, 0o777)
  const port = await freePort()
  const config = join(folder, 'squid.conf')
  await writeFile(config, squidConfig(folder, port) + more)
  // Several run at once: each has its own name for what it shares in memory.
  const command = [programPath('squid'), '-N', '-n', name.replace('-', ''), '-f', config] as const
  const child = await startServer(PROXY_PROCESSOR, command, port)
  return { name, port, pid: child.pid, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() }
}

function squidConfig(folder: string, port: number): string {
  return `
http_port 127.0.0.1:${port}
http_access allow all
workers 1
cache deny all
cache_mem 0 MB
memory_cache_mode disk
cache_store_log none
access_log stdio:${folder}/access.log
cache_log ${folder}/cache.log
pid_filename ${folder}/squid.pid
coredump_dir ${folder}
max_filedescriptors 20000
client_idle_pconn_timeout 10 minutes
server_idle_pconn_timeout 10 minutes
pinger_enable off
shutdown_lifetime 0 seconds
`
}

function icapConfig(url: string): string {
  return `
icap_enable on
icap_service scan respmod_precache ${url} bypass=off
icap_persistent_connections on
adaptation_access scan allow all
`
}
