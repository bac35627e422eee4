import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '@fsigk/testing'
import { type Child, startServer } from '../harness/child.js'
import { PROXY_PROCESSOR } from '../harness/processors.js'
import { programPath } from '../harness/programs.js'

/** What the database knows; no random file holds it. */
export const MARKER = 'a marker that this database knows'

export interface Clamd extends Child {
  readonly socket: string
}

/**
 * Debian's clamd with a database of one signature, on the proxies' processor. What clamd itself takes for a scan is no
 * difference between proxies; a small database keeps it small, so that the difference is seen.
 *
 * @param cache whether clamd may remember what was clean
 */
export async function startClamd(folder: string, cache: boolean): Promise<Clamd> {
  const database = join(folder, 'database')
  await mkdir(database, { recursive: true })
  await writeFile(join(database, 'bench.ndb'), `Marker.Bench:0:*:${Buffer.from(MARKER).toString('hex')}\n`)
  const socket = join(folder, 'clamd.sock')
  const port = await freePort()
  const config = join(folder, 'clamd.conf')
  const lines = {
    DatabaseDirectory: database,
    LocalSocket: socket,
    LocalSocketMode: '666',
    TCPSocket: String(port),
    TCPAddr: '127.0.0.1',
    Foreground: 'yes',
    TemporaryDirectory: folder,
    AlertExceedsMax: 'yes',
    MaxThreads: '20',
    MaxQueue: '200',
    MaxConnectionQueueLength: '200',
    DisableCache: cache ? 'no' : 'yes',
  }
  const text = Object.entries(lines).map(([name, value]) => `${name} ${value}\n`)
  await writeFile(config, text.join(''))
  const child = await startServer(PROXY_PROCESSOR, [programPath('clamd'), '--config-file', config], port)
  return { pid: child.pid, socket, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() }
}
