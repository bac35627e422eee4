/** Debian's postfix as a whole mail server of its own: queue, delivery into a maildir, and relaying where it is told to. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePort, temporaryFolder } from '@fsigk/testing'
import { type KeptMail, readKeptMail } from './kept-mail.js'
import { type PostfixOptions, writePostfixFiles } from './postfix-files.js'

const MASTER = '/usr/lib/postfix/sbin/master'
const START_LIMIT_MS = 60_000
const MAIL_LIMIT_MS = 60_000
const POLL_MS = 20

export interface Postfix extends AsyncDisposable {
  readonly host: string
  /** The free port it was given; of no meaning with `listens`. */
  readonly port: number
  /** What its programs wrote into their log. */
  log(): Promise<string>
  /** Every mail kept so far, oldest first. */
  mails(): Promise<readonly KeptMail[]>
  /** Waits until so many are kept. */
  received(count: number): Promise<readonly KeptMail[]>
  /** Waits until its log holds this. */
  logged(wanted: string | RegExp): Promise<string>
  /** Waits until nothing waits in its queue. */
  delivered(): Promise<void>
  /** Ends it and all of its programs at once (SIGKILL), as a power cut would. */
  kill(): Promise<void>
  /** Begins it again on what is there; resolves when it listens. */
  start(): Promise<void>
}

export async function startPostfix(options: PostfixOptions): Promise<Postfix> {
  await using resources = new AsyncDisposableStack()
  const folder = resources.use(await temporaryFolder('postfix')).path
  const port = await freePort()
  await writePostfixFiles(folder, port, options)
  const postfix = new RunningPostfix(folder, port, options.under ?? [])
  resources.defer(() => postfix.stop())
  await postfix.start()
  const kept = resources.move()
  return Object.assign(postfix, { [Symbol.asyncDispose]: () => kept.disposeAsync() })
}

class RunningPostfix implements Omit<Postfix, typeof Symbol.asyncDispose> {
  readonly host = '127.0.0.1'
  #master: ChildProcess | undefined

  constructor(
    private readonly folder: string,
    readonly port: number,
    private readonly under: readonly string[],
  ) {}

  async start(): Promise<void> {
    const [program = MASTER, ...words] = [...this.under, MASTER, '-d', '-c', join(this.folder, 'etc')]
    const began = (await this.log()).length
    const master = spawn(program, words, { stdio: 'ignore' })
    this.#master = master
    const isUp = async () =>
      (await this.log()).includes('daemon started', began) && (this.under.length > 0 || (await accepts(this.port)))
    for (const limit = Date.now() + START_LIMIT_MS; !(await isUp()); await delay(POLL_MS))
      if (master.exitCode !== null || Date.now() > limit) throw new Error(`postfix did not start: ${await this.log()}`)
  }

  /** Ends as it ends by itself: what its programs are about is done first. */
  async stop(): Promise<void> {
    const children = await this.#programs()
    await this.#end('SIGTERM')
    for (const child of children) await gone(child)
  }

  async kill(): Promise<void> {
    // One that was told to go on starts no programs between the look at them and their end.
    this.#master?.kill('SIGSTOP')
    const children = await this.#programs()
    await this.#end('SIGKILL')
    for (const child of children) tell(child, 'SIGKILL')
    for (const child of children) await gone(child)
  }

  async log(): Promise<string> {
    return await readFile(join(this.folder, 'log'), 'utf8').catch(() => '')
  }

  async logged(wanted: string | RegExp): Promise<string> {
    for (const limit = Date.now() + MAIL_LIMIT_MS; ; await delay(POLL_MS)) {
      const text = await this.log()
      const line = text
        .split('\n')
        .find((each) => (typeof wanted === 'string' ? each.includes(wanted) : wanted.test(each)))
      if (line !== undefined) return line
      if (Date.now() > limit) throw new Error(`postfix did not log ${wanted}:\n${text}`)
    }
  }

  async mails(): Promise<readonly KeptMail[]> {
    const folder = join(this.folder, 'mail', 'all', 'new')
    const names = await readdir(folder).catch(() => [])
    const inOrder = names.sort((one, other) => keptAt(one) - keptAt(other))
    return await Promise.all(inOrder.map(async (name) => readKeptMail(await readFile(join(folder, name)))))
  }

  async received(count: number): Promise<readonly KeptMail[]> {
    for (const limit = Date.now() + MAIL_LIMIT_MS; ; await delay(POLL_MS)) {
      const mails = await this.mails()
      if (mails.length >= count) return mails
      if (Date.now() > limit) throw new Error(`${mails.length} of ${count} mails are kept:\n${await this.log()}`)
    }
  }

  async delivered(): Promise<void> {
    for (const limit = Date.now() + MAIL_LIMIT_MS; ; await delay(POLL_MS)) {
      const { stdout } = await promisify(execFile)('/usr/sbin/postqueue', ['-c', join(this.folder, 'etc'), '-p'])
      if (stdout.includes('queue is empty')) return
      if (Date.now() > limit) throw new Error(`Not everything is delivered:\n${stdout}`)
    }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const master = this.#master
    if (master === undefined || master.exitCode !== null || master.signalCode !== null) return
    const exited = once(master, 'exit')
    master.kill(signal)
    await exited
    await rm(join(this.folder, 'spool', 'pid', 'master.pid'), { force: true })
  }

  /** What the master has started. */
  async #programs(): Promise<readonly number[]> {
    const pid = this.#master?.pid
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
    return children.trim().split(' ').filter(Boolean).map(Number)
  }
}

/** In microseconds, by the name of its file: `1795545332.Vfe00I20eb53M263683.host`. */
function keptAt(name: string): number {
  const [, seconds, micro] = /^(\d+)\..*M(\d+)\./.exec(name) ?? []
  return Number(seconds) * 1_000_000 + Number(micro)
}

function tell(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

async function gone(pid: number): Promise<void> {
  while (tell(pid, 0) && !(await isZombie(pid))) await delay(POLL_MS)
}

/** In a container nobody may come to fetch what an orphan has left. */
async function isZombie(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tZ')
  return /^State:\tZ/m.test(status)
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
