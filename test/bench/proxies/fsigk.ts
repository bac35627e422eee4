import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { startTestGateway } from '@fsigk/testing'
import { endWithBench, pin } from '../harness/child.js'
import { processTree } from '../harness/process-tree.js'
import { PROXY_PROCESSOR } from '../harness/processors.js'
import type { ProxyName, RunningProxy } from './running-proxy.js'

type Settings = Readonly<Record<string, string | number | boolean>>

export interface GatewayOptions {
  readonly name: Exclude<ProxyName, 'nginx' | 'squid' | 'squid-clamd'>
  readonly settings?: Settings
  /** For a look inside: `--cpu-prof --cpu-prof-dir=…`. */
  readonly nodeOptions?: string
  /** Of the clamd that `fsigk-clamd` and `fsigk-seen` ask. */
  readonly clamdSocket?: string
}

/** One worker, as every proxy here, and nothing remembered unless that is what is measured. */
const alike = { 'http.workers': 1, 'common.verdict_cache': false }

/** The gateway with one worker, otherwise as it is installed. */
export async function startFsigk(
  folder: string,
  options: GatewayOptions,
): Promise<RunningProxy & { readonly home: string }> {
  await mkdir(folder, { recursive: true })
  const home = join(folder, 'home')
  const gateway = await startTestGateway({
    home,
    settings: { ...alike, ...settingsOf(options), ...options.settings },
    ...(options.nodeOptions === undefined ? {} : { env: { NODE_OPTIONS: options.nodeOptions } }),
  })
  const pid = gateway.process.pid
  if (pid === undefined) throw new Error('the gateway has no process')
  endWithBench(gateway.process)
  pin(processTree(pid), PROXY_PROCESSOR)
  return {
    name: options.name,
    home,
    port: gateway.http.port,
    pid,
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  }
}

function settingsOf({ name, clamdSocket = '' }: GatewayOptions): Settings {
  switch (name) {
    case 'fsigk-unscanned':
      return { 'http.virus_check': false }
    case 'fsigk':
      return {}
    case 'fsigk-clamd':
      return { 'plugins.scanners': 'scanner-clamav', 'scanner_clamav.servers': clamdSocket }
    case 'fsigk-seen':
      return {
        'plugins.scanners': 'scanner-clamav',
        'scanner_clamav.servers': clamdSocket,
        'common.verdict_cache': true,
      }
  }
}
