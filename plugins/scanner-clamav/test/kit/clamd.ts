/** Debian's clamd on a socket and a port of its own, with a database of two signatures made here. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePort, temporaryFolder } from '@fsigk/testing'
import { eicar } from './samples.js'

const PROGRAM = '/usr/sbin/clamd'
const START_LIMIT_MS = 60_000

export interface Clamd extends AsyncDisposable {
  readonly socket: string
  readonly port: number
  readonly process: ChildProcess
  /** The lines of its log: what it scanned, and what that came to. */
  log(): Promise<readonly string[]>
  /** Ends it, or halts it as it is (SIGSTOP). */
  signal(signal: NodeJS.Signals): Promise<void>
}

/** @param options lines of clamd.conf(5) beside those for the sockets; `port` to come back where another was */
export async function startClamd(options: Readonly<Record<string, string>> & { port?: string } = {}): Promise<Clamd> {
  await using resources = new AsyncDisposableStack()
  const folder = resources.use(await temporaryFolder('clamd')).path
  const database = join(folder, 'database')
  await mkdir(database)
  await chmod(folder, 0o755)
  const md5 = createHash('md5').update(eicar).digest('hex')
  await writeFile(join(database, 'test.hdb'), `${md5}:${eicar.length}:Eicar-Test-Signature\n`)
  await writeFile(join(database, 'test.ndb'), `Marker.Test:0:*:${Buffer.from('marked-for-clamd').toString('hex')}\n`)
  const { port: wantedPort, ...lines } = options
  const port = Number(wantedPort ?? (await freePort()))
  const socket = join(folder, 'clamd.sock')
  const logFile = join(folder, 'clamd.log')
  const settings: Record<string, string> = {
    DatabaseDirectory: database,
    LocalSocket: socket,
    LocalSocketMode: '666',
    TCPSocket: String(port),
    TCPAddr: '127.0.0.1',
    Foreground: 'yes',
    TemporaryDirectory: folder,
    AlertExceedsMax: 'yes',
    LogFile: logFile,
    LogClean: 'yes',
    ...lines,
  }
  const text = Object.entries(settings).map(([name, value]) => `${name} ${value}\n`)
  await writeFile(join(folder, 'clamd.conf'), text.join(''))
  if (lines['User'] !== undefined) await give(lines['User'], folder, database)
  const child = spawn(PROGRAM, ['--config-file', join(folder, 'clamd.conf')], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (words: string) => {
      said += words
    })
  const signal = async (name: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(name)
    if (name !== 'SIGSTOP' && name !== 'SIGCONT') await once(child, 'exit')
  }
  resources.defer(() => signal('SIGKILL'))
  for (const limit = Date.now() + START_LIMIT_MS; !(await answers(socket)); ) {
    if (child.exitCode !== null || Date.now() > limit) throw new Error(`clamd did not start: ${said}`)
    await delay(20)
  }
  const owned = resources.move()
  const log = async () => (await readFile(logFile, 'latin1').catch(() => '')).split('\n')
  return { socket, port, process: child, signal, log, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** It drops to that user before it makes its files. */
async function give(user: string, ...folders: readonly string[]): Promise<void> {
  await promisify(execFile)('chown', [user, ...folders])
}

async function answers(path: string): Promise<boolean> {
  const socket = createConnection(path)
  try {
    await once(socket, 'connect')
    socket.write('zPING\0')
    const [reply] = (await once(socket, 'data')) as [Buffer]
    return reply.toString().startsWith('PONG')
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
