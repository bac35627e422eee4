/** Debian's clamd on a socket of its own, with a small database made here; it can be ended and begun again in its place. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { temporaryFolder } from '@fsigk/testing'
import { EICAR } from './samples.js'

const PROGRAM = '/usr/sbin/clamd'
const START_LIMIT_MS = 60_000
const POLL_MS = 20

export interface Clamd extends AsyncDisposable {
  /** The path of its socket, the same after `restart`. */
  readonly socket: string
  /** Ends it at once (SIGKILL), or as told; resolves when it is gone. SIGSTOP and SIGCONT leave it where it is. */
  signal(signal: NodeJS.Signals): Promise<void>
  /** Begins it again, on the same socket; resolves when it answers. */
  restart(): Promise<void>
}

/** @param options lines of clamd.conf(5) beside those for the socket and the database */
export async function startClamd(options: Readonly<Record<string, string>> = {}): Promise<Clamd> {
  await using resources = new AsyncDisposableStack()
  const folder = resources.use(await temporaryFolder('clamd')).path
  // clamd may not be root, and looks for its files by its own name.
  await chmod(folder, 0o755)
  const socket = join(folder, 'clamd.sock')
  const configuration = await configure(folder, socket, options)
  let child = await begin(configuration, socket)
  const signal = async (name: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(name)
    if (name !== 'SIGSTOP' && name !== 'SIGCONT') await once(child, 'exit')
  }
  resources.defer(() => signal('SIGKILL'))
  const owned = resources.move()
  return {
    socket,
    signal,
    async restart() {
      await signal('SIGKILL')
      await rm(socket, { force: true })
      child = await begin(configuration, socket)
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** EICAR by its hash, whatever holds `marked-for-clamd`, and mails (target 4) that hold `marked-as-mail` as they came. */
async function configure(folder: string, socket: string, options: Readonly<Record<string, string>>): Promise<string> {
  const database = join(folder, 'database')
  await mkdir(database)
  const md5 = createHash('md5').update(EICAR).digest('hex')
  await writeFile(join(database, 'test.hdb'), `${md5}:${EICAR.length}:Eicar-Test-Signature\n`)
  const signatures = [`Marker.Test:0:*:${hex('marked-for-clamd')}`, `Mail.Test:4:*:${hex('marked-as-mail')}`]
  await writeFile(join(database, 'test.ndb'), `${signatures.join('\n')}\n`)
  const settings: Record<string, string> = {
    DatabaseDirectory: database,
    LocalSocket: socket,
    LocalSocketMode: '666',
    Foreground: 'yes',
    TemporaryDirectory: folder,
    AlertExceedsMax: 'yes',
    ...options,
  }
  const path = join(folder, 'clamd.conf')
  const lines = Object.entries(settings).map(([name, value]) => `${name} ${value}\n`)
  await writeFile(path, lines.join(''))
  return path
}

function hex(text: string): string {
  return Buffer.from(text).toString('hex')
}

async function begin(configuration: string, socket: string): Promise<ChildProcess> {
  const child = spawn(PROGRAM, ['--config-file', configuration], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (words: string) => {
      said += words
    })
  for (const limit = Date.now() + START_LIMIT_MS; !(await answers(socket)); await delay(POLL_MS))
    if (child.exitCode !== null || Date.now() > limit) {
      child.kill('SIGKILL')
      throw new Error(`clamd did not start: ${said}`)
    }
  return child
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
