import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { startServer } from '../harness/child.js'
import { freePort } from '../harness/free-port.js'
import { PROXY_PROCESSOR } from '../harness/processors.js'
import { programPath } from '../harness/programs.js'
import type { RunningProxy } from './running-proxy.js'

/** squid without a cache, in one process, with the access log that its users have. */
export async function startSquid(folder: string): Promise<RunningProxy> {
  await mkdir(folder, { recursive: true })
  // Started by root it becomes another user, who must still reach and write its log.
  await chmod(dirname(folder), 0o711)
  await chmod(folder, 0o777)
  const port = await freePort()
  const config = join(folder, 'squid.conf')
  await writeFile(config, squidConfig(folder, port))
  const child = await startServer(PROXY_PROCESSOR, [programPath('squid'), '-N', '-f', config], port)
  return { name: 'squid', port, pid: child.pid, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() }
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
