/** What the gateway holds while nobody browses: memory and descriptors of the supervisor and of its first worker. */
import { readdirSync, readFileSync } from 'node:fs'
import type { TestGateway } from '@fsigk/testing'

export interface Footprint {
  readonly supervisor: Held
  readonly worker: Held
}

export interface Held {
  readonly pid: number
  readonly megabytes: number
  readonly descriptors: number
}

export async function footprintOf(gateway: TestGateway): Promise<Footprint> {
  const [worker = 0] = await gateway.workers('http')
  return { supervisor: heldBy(gateway.process.pid ?? 0), worker: heldBy(worker) }
}

function heldBy(pid: number): Held {
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  return { pid, megabytes: kilobytes / 1024, descriptors: readdirSync(`/proc/${pid}/fd`).length }
}
