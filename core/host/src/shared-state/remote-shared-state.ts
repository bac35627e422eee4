/** A worker's side of shared state: asks the supervisor, and remembers values for a moment so as to ask less. */
import { ExpiringMap } from '@fsigk/gateway'
import type { Lease, SharedState, SharedValue } from '@fsigk/plugin-api'
import { fail } from '../errors.js'
import type { SharedReply, SharedRequest } from './messages.js'

const REMEMBERED_ENTRIES = 1_000
const REMEMBERED_MS = 1_000

export class RemoteSharedState implements SharedState {
  readonly #remembered: ExpiringMap<SharedValue>

  /**
   * @param ask sends a request to the supervisor and gives its reply; rejects when the request breaks a limit
   * @param now monotonic, in milliseconds
   * @param remembered how many values are remembered here; 0 where whoever asks does so himself
   */
  constructor(
    private readonly ask: (request: SharedRequest) => Promise<SharedReply>,
    private readonly now: () => number,
    remembered = REMEMBERED_ENTRIES,
  ) {
    this.#remembered = new ExpiringMap({ entries: remembered }, now)
  }

  async lease(name: string, limit: number): Promise<Lease | undefined> {
    const reply = await this.#request({ does: 'lease', name, limit })
    if (reply.is !== 'leased' || !reply.granted) return undefined
    return new RemoteLease(() => void this.ask({ does: 'release', name }).catch(() => {}))
  }

  async count(name: string, by: number, windowMs: number): Promise<number> {
    const reply = await this.#request({ does: 'count', name, by, windowMs })
    return reply.is === 'count' ? reply.sum : 0
  }

  async get(key: string): Promise<SharedValue | undefined> {
    return this.#remembered.get(key) ?? this.#remember(key, await this.#request({ does: 'get', name: key }))
  }

  async set(key: string, value: SharedValue, ttlMs: number): Promise<void> {
    await this.#request({ does: 'set', name: key, value, ttlMs })
    this.#remembered.set(key, value, this.now() + Math.min(ttlMs, REMEMBERED_MS))
  }

  async delete(key: string): Promise<void> {
    this.#remembered.delete(key)
    await this.#request({ does: 'delete', name: key })
  }

  async once(key: string, ttlMs: number, compute: () => Promise<SharedValue>): Promise<SharedValue> {
    const remembered = this.#remembered.get(key)
    if (remembered !== undefined) return remembered
    const claimed = this.#remember(key, await this.#request({ does: 'claim', name: key }))
    if (claimed !== undefined) return claimed
    let value: SharedValue | undefined
    try {
      value = await compute()
      return value
    } finally {
      await this.#request({ does: 'settle', name: key, ttlMs, ...(value === undefined ? {} : { value }) })
    }
  }

  #remember(key: string, reply: SharedReply): SharedValue | undefined {
    if (reply.is !== 'value' || reply.value === undefined) return undefined
    this.#remembered.set(key, reply.value, this.now() + Math.min(reply.expiresInMs, REMEMBERED_MS))
    return reply.value
  }

  async #request(request: SharedRequest): Promise<SharedReply> {
    const reply = await this.ask(request)
    if (reply.is === 'refused') throw fail('FSIGK_SHARED_STATE_LIMIT', [reply.what, reply.limit])
    return reply
  }
}

class RemoteLease implements Lease {
  #held = true

  constructor(private readonly giveBack: () => void) {}

  release(): void {
    if (!this.#held) return
    this.#held = false
    this.giveBack()
  }

  [Symbol.dispose](): void {
    this.release()
  }
}
