/** A real squid, as a parent or a child of the gateway. */
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort, temporaryFolder } from '@fsigk/testing'
import { startDaemon } from './daemon.js'

export interface Squid extends AsyncDisposable {
  readonly host: string
  readonly port: number
  /** The same, but on this port it asks its clients for a user and password. */
  readonly strict: { readonly host: string; readonly port: number }
  /** Its access log so far: `METHOD URL status` a line, as the client asked. */
  requests(): Promise<readonly string[]>
}

/** @param parent the proxy that it forwards everything to */
export async function startSquid(
  options: {
    readonly parent?: { readonly host: string; readonly port: number }
    /** `user:password` for the strict port. */
    readonly credentials?: string
  } = {},
): Promise<Squid> {
  await using resources = new AsyncDisposableStack()
  const { path } = resources.use(await temporaryFolder('squid'))
  // Started by root it becomes another user, who must still reach and write its log.
  await chmod(path, 0o777)
  const port = await freePort()
  const strict = await freePort()
  const config = join(path, 'squid.conf')
  const log = join(path, 'requests')
  const helper = await passwordHelper(path, options.credentials ?? '')
  await writeFile(config, configuration({ path, port, strict, log, helper }) + parentLines(options.parent))
  resources.use(await startDaemon(port, 'squid', '-N', '-n', `t${port}`, '-f', config))
  const kept = resources.move()
  return {
    host: '127.0.0.1',
    port,
    strict: { host: '127.0.0.1', port: strict },
    requests: async () => (await readFile(log, 'utf8').catch(() => '')).split('\n').filter(Boolean),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

interface Places {
  readonly path: string
  readonly port: number
  readonly strict: number
  readonly log: string
  readonly helper: string
}

function configuration({ path, port, strict, log, helper }: Places): string {
  return `
http_port 127.0.0.1:${port}
http_port 127.0.0.1:${strict}
auth_param basic program ${helper}
auth_param basic children 1 startup=0
acl strict localport ${strict}
acl known proxy_auth REQUIRED
http_access deny strict !known
http_access allow all
cache deny all
cache_mem 0 MB
cache_store_log none
logformat asked %rm %ru %>Hs
access_log stdio:${log} asked
cache_log ${path}/cache.log
pid_filename ${path}/squid.pid
coredump_dir ${path}
max_filedescriptors 1024
pinger_enable off
dns_nameservers 127.0.0.1
visible_hostname squid.test
buffered_logs off
shutdown_lifetime 0 seconds
`
}

/** squid's own helper wants a file of hashes of crypt(3); this one knows the only right answer. */
async function passwordHelper(folder: string, credentials: string): Promise<string> {
  const helper = join(folder, 'helper.sh')
  const right = credentials.replace(':', ' ')
  const script = `#!/bin/sh\nwhile read -r line; do [ "$line" = "${right}" ] && echo OK || echo ERR; done\n`
  await writeFile(helper, script, { mode: 0o755 })
  return helper
}

function parentLines(parent: { readonly host: string; readonly port: number } | undefined): string {
  if (parent === undefined) return ''
  return `cache_peer ${parent.host} parent ${parent.port} 0 no-query no-digest default\nnever_direct allow all\n`
}
