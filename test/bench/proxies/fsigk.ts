import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { startTestGateway } from '@fsigk/testing'
import { endWithBench, pin } from '../harness/child.js'
import { processTree } from '../harness/process-tree.js'
import { PROXY_PROCESSOR } from '../harness/processors.js'
import type { RunningProxy } from './running-proxy.js'

export interface GatewayOptions {
  readonly name: 'fsigk' | 'fsigk-unscanned'
  readonly settings?: Readonly<Record<string, string | number | boolean>>
  /** For a look inside: `--cpu-prof --cpu-prof-dir=…`. */
  readonly nodeOptions?: string
}

/** The gateway with one worker, as it is installed; unscanned: `http.virus_check=no`. */
export async function startFsigk(
  folder: string,
  options: GatewayOptions,
): Promise<RunningProxy & { readonly home: string }> {
  await mkdir(folder, { recursive: true })
  const home = join(folder, 'home')
  const gateway = await startTestGateway({
    home,
    settings: {
      'http.workers': 1,
      'http.virus_check': options.name === 'fsigk',
      ...options.settings,
    },
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
