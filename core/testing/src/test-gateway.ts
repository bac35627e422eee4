/** A whole gateway in a few lines: the real `fsigk run`, as its own process, on a home of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Administration, type GatewayStatus, openAdministration, readStatus } from '@fsigk/host'
import { type CommandResult, FSIGK, runCli } from './commands.js'
import { installationFolder } from './installation.js'
import { type LogLine, parseLogLine } from './log-line.js'
import { installPlugin, linkPlugin, type PluginPackage } from './scanner-plugins.js'
import { temporaryFolder } from './temporary-home.js'

const INSTALLATION = installationFolder()
const START_LIMIT_MS = 180_000
const LINE_LIMIT_MS = 60_000
const POLL_MS = 20

export interface TestGatewayOptions {
  /** Set before the start, over those of `testSettings`. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>
  /** Scanners in order; without them, the embedded engine. */
  readonly scanners?: readonly PluginPackage[]
  /** Other plugin packages to put into the home. */
  readonly plugins?: readonly PluginPackage[]
  /** Folders of built plugin packages, linked into the home. Settings say whether they are used. */
  readonly pluginFolders?: readonly string[]
  /** A home that outlives this gateway; without it, a temporary one. Settings and plugins are put into it all the same. */
  readonly home?: string
  readonly env?: Readonly<Record<string, string>>
  /** A command that becomes the program when it has done its part: `['unshare', '--mount', 'sh', '-c', '… exec "$@"', 'sh']`. */
  readonly under?: readonly string[]
}

/** A part of a line, a pattern, or a condition. */
export type WantedLine = string | RegExp | ((line: string) => boolean)

export interface TestGateway extends AsyncDisposable {
  readonly home: string
  /** The process of `fsigk run`. */
  readonly process: ChildProcess
  /** All that it printed so far. */
  readonly output: string
  /** Where a service listens. */
  address(service: string): Promise<{ readonly host: string; readonly port: number }>
  /** Where the HTTP proxy listened when the gateway was ready. */
  readonly http: { readonly host: string; readonly port: number }
  /** Runs `fsigk …` on this home. */
  cli(...args: readonly string[]): Promise<CommandResult>
  /** Changes settings as `fsigk config set` does; throws when that is refused or not in force. */
  set(settings: Readonly<Record<string, string | number | boolean>>): Promise<void>
  /** The whole text of a log, `''` while it does not exist: `log('http', 'access')`. */
  log(service: string, name: 'access' | 'detect' | 'error' | 'info'): Promise<string>
  /** Waits for a line of a log that matches, or contains, `wanted`. */
  line(service: string, name: 'access' | 'detect' | 'error' | 'info', wanted: WantedLine): Promise<string>
  /** Waits for a line of access.log whose URL contains `url`, taken apart. */
  accessLine(url: string, service?: string): Promise<LogLine>
  /** What runs, what is in force, and what became of each plugin. */
  status(): Promise<GatewayStatus>
  /** Process ids of the workers of a service. */
  workers(service: string): Promise<readonly number[]>
  /** Ends it by this signal and waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** Loopback is where the origins of tests live, so it must be allowed as a destination. */
export const testSettings = {
  'http.svcport': '127.0.0.1:0',
  'http.local_to': '127.0.0.0/8 [::1]',
  'http.workers': 1,
} as const

/** Starts a gateway and waits until it serves. */
export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  await using resources = new AsyncDisposableStack()
  const home = options.home ?? resources.use(await temporaryFolder()).path
  const scanners = options.scanners ?? []
  for (const plugin of [...scanners, ...(options.plugins ?? [])]) await installPlugin(home, plugin)
  for (const folder of options.pluginFolders ?? []) await linkPlugin(home, folder)
  const settings = {
    ...testSettings,
    ...(options.scanners === undefined ? {} : { 'plugins.scanners': scanners.map(({ id }) => id).join(',') }),
    ...options.settings,
  }
  await setSettings(home, settings)
  const gateway = new RunningGateway(home, options.env ?? {}, options.under ?? [])
  resources.defer(async () => {
    await gateway.stop()
  })
  await gateway.ready()
  const kept = resources.move()
  return Object.assign(gateway, { [Symbol.asyncDispose]: () => kept.disposeAsync() })
}

/** In this process, over the control socket when the gateway runs: a command line for each would cost half a second. */
async function setSettings(home: string, settings: Readonly<Record<string, string | number | boolean>>): Promise<void> {
  await using administration = await openHome(home)
  const changes = Object.entries(settings).map(([key, value]) => ({
    key,
    to: typeof value === 'boolean' ? yesNo(value) : `${value}`,
  }))
  const report = await administration.change({ actor: 'test', origin: 'api', changes })
  const behind = report.services.find(({ applied }) => !applied)
  if (behind !== undefined) throw new Error(`${behind.name} is still on r${behind.revision}: ${behind.because}`)
}

/**
 * What an administrator can ask of a home, in this process rather than by a command line for each question; over the
 * control socket when a gateway runs on it.
 */
export async function openHome(home: string): Promise<Administration> {
  return await openAdministration(placeOf(home))
}

const placeOf = (home: string) => ({ home, installation: INSTALLATION, version: 'test' })

function matcherOf(wanted: WantedLine): (line: string) => boolean {
  if (typeof wanted === 'function') return wanted
  return (line) => (typeof wanted === 'string' ? line.includes(wanted) : wanted.test(line))
}

const yesNo = (value: boolean) => (value ? 'yes' : 'no')

class RunningGateway implements Omit<TestGateway, typeof Symbol.asyncDispose> {
  readonly process: ChildProcess
  output = ''
  http = { host: '', port: 0 }

  constructor(
    readonly home: string,
    private readonly env: Readonly<Record<string, string>>,
    under: readonly string[],
  ) {
    const [program = process.execPath, ...words] = [...under, process.execPath, FSIGK, 'run']
    this.process = spawn(program, words, {
      env: { ...process.env, ...env, FSIGK_HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.process.stdout, this.process.stderr])
      stream?.setEncoding('utf8').on('data', (text) => {
        this.output += text
      })
  }

  /** The gateway prints a line that begins with `ready` once every service accepts. */
  async ready(): Promise<void> {
    const deadline = Date.now() + START_LIMIT_MS
    while (!/^ready/m.test(this.output)) {
      if (this.process.exitCode !== null || this.process.signalCode !== null)
        throw new Error(`fsigk run ended before it was ready:\n${this.output}`)
      if (Date.now() > deadline) throw new Error(`fsigk run was not ready in ${START_LIMIT_MS} ms:\n${this.output}`)
      await delay(POLL_MS)
    }
    this.http = await this.address('http').catch(() => this.http)
  }

  async address(service: string): Promise<{ host: string; port: number }> {
    const found = (await this.status()).services.find(({ name }) => name === service)
    if (found === undefined) throw new Error(`No service ${service} is running`)
    const { address, port } = found
    return { host: address === '' || address === '::' || address === '0.0.0.0' ? '127.0.0.1' : address, port }
  }

  async workers(service: string): Promise<readonly number[]> {
    const found = (await this.status()).services.find(({ name }) => name === service)
    return found?.workers.map(({ pid }) => pid) ?? []
  }

  status(): Promise<GatewayStatus> {
    return readStatus(placeOf(this.home))
  }

  cli(...args: readonly string[]): Promise<CommandResult> {
    return runCli(this.home, args, this.env)
  }

  set(settings: Readonly<Record<string, string | number | boolean>>): Promise<void> {
    return setSettings(this.home, settings)
  }

  async log(service: string, name: 'access' | 'detect' | 'error' | 'info'): Promise<string> {
    return await readFile(join(this.home, 'log', service, `${name}.log`), 'utf8').catch(() => '')
  }

  async line(service: string, name: 'access' | 'detect' | 'error' | 'info', wanted: WantedLine): Promise<string> {
    const deadline = Date.now() + LINE_LIMIT_MS
    for (;;) {
      const text = await this.log(service, name)
      const found = text.split('\n').find(matcherOf(wanted))
      if (found !== undefined) return found
      if (Date.now() > deadline)
        throw new Error(`No line of ${service}/${name}.log matches ${wanted}; it holds:\n${text}`)
      await delay(POLL_MS)
    }
  }

  async accessLine(url: string, service = 'http'): Promise<LogLine> {
    return parseLogLine(await this.line(service, 'access', url))
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill(signal)
      await once(this.process, 'exit')
    }
    return this.process.exitCode
  }
}
