/** What the gateway holds while nobody browses: memory and descriptors of the supervisor and of its first worker. */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestGateway, until } from '@fsigk/testing'

export interface Footprint {
  readonly supervisor: Held
  readonly worker: Held
}

export interface Held {
  readonly pid: number
  /** Resident, with garbage that V8 has not collected: it goes up and down by a third. */
  readonly megabytes: number
  /** What lives after a collection. */
  readonly liveMegabytes: number
  readonly descriptors: number
}

/** The environment of a gateway whose footprint is taken. @param folder where its processes tell what lives */
export function tellingLiveBytes(folder: string): Readonly<Record<string, string>> {
  const preload = new URL('./tell-live-bytes.js', import.meta.url).href
  return { NODE_OPTIONS: `--expose-gc --import ${preload}`, FAULTS_LIVE_BYTES: folder }
}

export async function footprintOf(gateway: TestGateway, folder: string): Promise<Footprint> {
  const [worker = 0] = await gateway.workers('http')
  return { supervisor: await heldBy(gateway.process.pid ?? 0, folder), worker: await heldBy(worker, folder) }
}

async function heldBy(pid: number, folder: string): Promise<Held> {
  const descriptors = readdirSync(`/proc/${pid}/fd`).length
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  const file = join(folder, String(pid))
  rmSync(file, { force: true })
  process.kill(pid, 'SIGWINCH')
  await until('what lives', async () => readdirSync(folder).includes(String(pid)))
  return {
    pid,
    megabytes: kilobytes / 1024,
    liveMegabytes: Number(readFileSync(file, 'utf8')) / 1024 ** 2,
    descriptors,
  }
}
