/** What the supervisor writes into error.log and info.log of a service, in the words of the guide (9.1.3, 9.1.4). */
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import {
  addressLimitWarning,
  type LogRoutes,
  maximumConnectionsWarning,
  type ServiceLogName,
  type ServiceLogs,
} from '@fsigk/gateway'
import type { WorkerEnd, WorkerProcess } from './worker-process.js'

const WARNING_EVERY_MS = 60_000
/** Of siginfo_t: how a child came to its end. */
const CLD_EXITED = '1[CLD_EXITED]'
const CLD_KILLED = '2[CLD_KILLED]'
const CLD_DUMPED = '3[CLD_DUMPED]'
/** Signals whose default is to leave a core file (signal(7)). */
const DUMPING: ReadonlySet<NodeJS.Signals> = new Set([
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGILL',
  'SIGQUIT',
  'SIGSEGV',
  'SIGSYS',
  'SIGTRAP',
  'SIGXCPU',
  'SIGXFSZ',
])

export class ServiceJournal {
  #fullWarnedAt = Number.NEGATIVE_INFINITY
  #crowdedWarnedAt = Number.NEGATIVE_INFINITY

  /** The port that the service listens on; 0 before it ever did. Stands in every line. */
  port = 0

  constructor(
    private readonly logs: ServiceLogs,
    private readonly version: string,
    private readonly dumpsCores: () => boolean = coresAreWritten,
  ) {}

  hold(ms: number): void {
    this.logs.hold(ms)
  }

  reopen(): void {
    this.logs.reopen()
  }

  close(): void {
    this.logs.close()
  }

  /** From now on, lines go there. @throws FSIGK_LOG_OPEN_FAILED; they go where they went then */
  route(routes: LogRoutes): void {
    this.logs.route(routes)
  }

  /** Tells which logs log sinks take. */
  wantLogs(logs: readonly ServiceLogName[]): void {
    this.logs.sendToSinks(logs)
  }

  /** Lines of a worker, as they are. */
  append(log: ServiceLogName, lines: string): void {
    this.logs.append(log, lines)
  }

  /** Something that is not in order and does not keep the service from running. */
  fault(message: string): void {
    this.#error(message)
  }

  started(): void {
    const argv = process.argv.slice(1).join(' ')
    this.#info(`main: ### START ### (argv=[${argv} ],ver=[${this.version}],pid=${process.pid})`)
  }

  accepting(worker: WorkerProcess, listeningFd: number): void {
    this.#info(
      `main: accept_loop(sock=${listeningFd},pid=${worker.pid}). Starting to accept connection on each proxy process.`,
    )
  }

  stopping(worker: WorkerProcess, signal: NodeJS.Signals): void {
    const uid = process.getuid?.() ?? 0
    this.#info(
      `main:signal_handler(sig=${numbered(signal)}, errno=0[Success], code=0[SI_USER], status=0[], ` +
        `pid=${process.pid}, uid=${uid})/cur_pid=${worker.pid}`,
    )
  }

  stopped(signal: NodeJS.Signals): void {
    this.#info(`main: ### STOP ### (ver=[${this.version}], pid=${process.pid}, sig=${numbered(signal)})`)
  }

  /** The lines of a worker that ended by itself, one after the other. */
  replacing(worker: WorkerProcess, { code, signal }: WorkerEnd): void {
    const dumped = signal !== null && DUMPING.has(signal) && this.dumpsCores()
    const cause = signal === null ? CLD_EXITED : dumped ? CLD_DUMPED : CLD_KILLED
    const status = signal === null ? (code ?? 0) : constants.signals[signal]
    this.#error(
      `main:quit_signal:child(${worker.pid}) stopped. (sig=17[SIGCHLD], si_code=${cause}, status=${status}, ` +
        `childid=${worker.number}, cur_pid=${process.pid}, pid=${worker.pid})`,
    )
    if (dumped)
      this.#error(
        'main:core dumped(child proxy process). Please send core file(core or core.xxx) on the installation directory ' +
          'and diag.tar.gz to support center.',
      )
    this.#error('Error recovery: restarting service...')
  }

  /** `pre_spawn` is reached. Said at most once a minute: under load it is reached over and over. */
  full(limit: number): void {
    const now = performance.now()
    if (now - this.#fullWarnedAt < WARNING_EVERY_MS) return
    this.#fullWarnedAt = now
    this.#error(maximumConnectionsWarning(limit))
  }

  /** An address has all the connections that it may. Said at most once a minute, of whoever is met first. */
  crowded(address: string, limit: number): void {
    const now = performance.now()
    if (now - this.#crowdedWarnedAt < WARNING_EVERY_MS) return
    this.#crowdedWarnedAt = now
    this.#error(addressLimitWarning(address, limit))
  }

  /** The service does not start, or stays as it is. */
  refused(message: string): void {
    this.#error(message)
  }

  #info(message: string): void {
    this.logs.info({ port: this.port }, message)
  }

  #error(message: string): void {
    this.logs.error({ port: this.port }, message)
  }
}

function numbered(signal: NodeJS.Signals): string {
  return `${constants.signals[signal]}[${signal}]`
}

/** Whether the limit that workers inherit lets a core file be written. Node does not tell of a child whether it left one. */
function coresAreWritten(): boolean {
  const [, soft = '0'] = /^Max core file size\s+(\w+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? []
  return soft !== '0'
}
