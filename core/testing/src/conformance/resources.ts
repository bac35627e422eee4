/** What a process holds: descriptors, handles that keep it alive, memory. Descriptors are counted where /proc is. */
import { readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const SETTLE_MS = 3_000
const POLL_MS = 20
const MEBIBYTE = 1024 * 1024

/** A test process is seldom started with this flag. It holds for contexts that are made after it is set. */
setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

interface Held {
  readonly descriptors: number
  readonly handles: readonly string[]
}

function held(): Held {
  return { descriptors: descriptors(), handles: process.getActiveResourcesInfo().filter((name) => !PASSING.has(name)) }
}

function descriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return 0
  }
}

/** Timers of the test runner and of our own waiting, and calls that end by themselves. */
const PASSING: ReadonlySet<string> = new Set(['Timeout', 'Immediate', 'FSReqPromise', 'FSReqCallback', 'CloseReq'])

/**
 * Runs some work and tells what it left behind, once that no longer changes: `undefined` when nothing.
 * Closing takes a moment, so it is waited for.
 */
export async function leftBehind(work: () => Promise<void>): Promise<string | undefined> {
  const before = held()
  await work()
  const deadline = Date.now() + SETTLE_MS
  for (;;) {
    const now = held()
    const more = now.descriptors - before.descriptors
    const handles = surplus(before.handles, now.handles)
    if (more <= 0 && handles.length === 0) return undefined
    if (Date.now() > deadline) return `${Math.max(more, 0)} open descriptors, handles: ${handles.join(', ') || 'none'}`
    await delay(POLL_MS)
  }
}

function surplus(before: readonly string[], now: readonly string[]): readonly string[] {
  const rest = [...before]
  return now.filter((name) => {
    const at = rest.indexOf(name)
    if (at !== -1) rest.splice(at, 1)
    return at === -1
  })
}

/**
 * How much larger the process became while some work ran, in MiB: by its largest, or by what lives when the work ends,
 * whichever is more. Memory that earlier garbage left to the process is filled first and grows nothing; what lives there
 * counts nevertheless.
 */
export async function grewByMiB(work: () => Promise<void>): Promise<number> {
  const livedBefore = livingBytes()
  const before = process.memoryUsage.rss()
  let largest = before
  const watch = setInterval(() => {
    largest = Math.max(largest, process.memoryUsage.rss())
  }, POLL_MS)
  try {
    await work()
  } finally {
    clearInterval(watch)
  }
  const grew = Math.max(largest, process.memoryUsage.rss()) - before
  return Math.max(grew, livingBytes() - livedBefore) / MEBIBYTE
}

/** Bytes on V8's heap and of the buffers that it holds, once garbage is collected. */
function livingBytes(): number {
  // The second one finishes what the first one found dead: buffers are freed beside it.
  collectGarbage()
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
