import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { startTestGateway } from '@fsigk/testing'
import { endWithBench, pin } from '../harness/child.js'
import { processTree } from '../harness/process-tree.js'
import { PROXY_PROCESSOR } from '../harness/processors.js'
import { type Clamd, startClamd } from './clamd.js'
import { startClamsmtp } from './clamsmtp.js'
import type { MailProxy, MailProxyName } from './mail-proxy.js'

type Settings = Readonly<Record<string, string | number | boolean>>

export interface SmtpWishes {
  readonly settings?: Settings
  readonly nodeOptions?: string
}

export interface MailProxies extends AsyncDisposable {
  readonly all: readonly MailProxy[]
}

/** Starts proxies, each in a folder of its own below `folder`; those that ask clamd ask the same. */
export async function startSmtpProxies(
  names: readonly MailProxyName[],
  folder: string,
  nextHop: number,
  wishes: SmtpWishes = {},
): Promise<MailProxies> {
  await using started = new AsyncDisposableStack()
  const asksClamd = names.some((name) => name !== 'fsigk' && name !== 'fsigk-unscanned')
  const clamd = asksClamd ? started.use(await startClamd(join(folder, 'clamd'), true)) : undefined
  const all: MailProxy[] = []
  for (const name of names) {
    const own = join(folder, name)
    const isClamsmtp = name === 'clamsmtp' && clamd !== undefined
    all.push(
      started.use(
        isClamsmtp ? await startClamsmtp(own, clamd, nextHop) : await startFsigk(name, own, nextHop, clamd, wishes),
      ),
    )
  }
  const owned = started.move()
  return { all, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** One worker, and nothing remembered unless that is what is measured. */
async function startFsigk(
  name: MailProxyName,
  folder: string,
  nextHop: number,
  clamd: Clamd | undefined,
  { settings = {}, nodeOptions }: SmtpWishes,
): Promise<MailProxy> {
  await mkdir(folder, { recursive: true })
  const gateway = await startTestGateway({
    home: join(folder, 'home'),
    settings: {
      'http.http_service': false,
      'smtp.smtp_service': true,
      'smtp.svcport': '127.0.0.1:0',
      'smtp.workers': 1,
      'smtp.parent_server_host': '127.0.0.1',
      'smtp.parent_server_port': nextHop,
      // So that the reply tells what was found.
      'smtp.action': 'deny',
      'smtp.virus_check': name !== 'fsigk-unscanned',
      'common.verdict_cache': name === 'fsigk-seen',
      ...(clamd !== undefined && (name === 'fsigk-clamd' || name === 'fsigk-seen')
        ? { 'plugins.scanners': 'scanner-clamav', 'scanner_clamav.servers': clamd.socket }
        : {}),
      ...settings,
    },
    ...(nodeOptions === undefined ? {} : { env: { NODE_OPTIONS: nodeOptions } }),
  })
  const pid = gateway.process.pid
  if (pid === undefined) throw new Error('the gateway has no process')
  endWithBench(gateway.process)
  pin(processTree(pid), PROXY_PROCESSOR)
  const { port } = await gateway.address('smtp')
  const isAsked = name === 'fsigk-clamd' || name === 'fsigk-seen'
  return {
    name,
    port,
    pid,
    ...(clamd !== undefined && isAsked ? { servants: [clamd.pid] } : {}),
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  }
}
