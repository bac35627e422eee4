/**
 * The breaker of one plugin, over all workers: so many failures in a window open it, a while later one call at a time is
 * let through to see, and the first that is answered closes it. Knows no clock; pure but for what it has counted.
 */
import type { BreakerState } from '../ipc/messages.js'

export interface BreakerLimits {
  /** So many failures within the window trip it; 0 never does. */
  readonly failures: number
  readonly windowMs: number
  /** How long nobody asks a plugin that has tripped. */
  readonly retryMs: number
}

interface Bucket {
  readonly second: number
  succeeded: number
  failed: number
}

export type BreakerChange = 'tripped' | 'tripped again' | 'recovered'

export class Breaker {
  state: BreakerState = 'closed'
  #buckets: Bucket[] = []

  /** @param nowMs any clock that only goes on */
  succeeded(calls: number, nowMs: number): BreakerChange | undefined {
    this.#bucket(nowMs).succeeded += calls
    if (this.state !== 'half-open' || calls === 0) return undefined
    this.state = 'closed'
    this.#buckets = []
    return 'recovered'
  }

  /**
   * Failures that are few among many calls do not trip it: a content that brings a plugin down must not take it away from
   * everybody else.
   */
  failed(nowMs: number, limits: BreakerLimits): BreakerChange | undefined {
    this.#bucket(nowMs).failed += 1
    if (this.state === 'half-open') {
      this.state = 'open'
      return 'tripped again'
    }
    const { succeeded, failed } = this.counted(nowMs, limits.windowMs)
    if (this.state === 'open' || limits.failures === 0 || failed < limits.failures || failed < succeeded)
      return undefined
    this.state = 'open'
    return 'tripped'
  }

  /** The time of rest is over. */
  halfOpen(): void {
    if (this.state === 'open') this.state = 'half-open'
  }

  counted(nowMs: number, windowMs: number): { readonly succeeded: number; readonly failed: number } {
    const first = Math.floor((nowMs - windowMs) / 1_000)
    this.#buckets = this.#buckets.filter(({ second }) => second >= first)
    return {
      succeeded: this.#buckets.reduce((sum, { succeeded }) => sum + succeeded, 0),
      failed: this.#buckets.reduce((sum, { failed }) => sum + failed, 0),
    }
  }

  #bucket(nowMs: number): Bucket {
    const second = Math.floor(nowMs / 1_000)
    const last = this.#buckets.at(-1)
    if (last?.second === second) return last
    const bucket = { second, succeeded: 0, failed: 0 }
    this.#buckets.push(bucket)
    if (this.#buckets.length > MAX_BUCKETS) this.#buckets.shift()
    return bucket
  }
}

/** An hour, the longest window. */
const MAX_BUCKETS = 3_601
