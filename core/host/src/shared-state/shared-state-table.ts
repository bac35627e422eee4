/** The supervisor's side of shared state: the one true copy, and who of the workers holds what of it. */
import { ExpiringMap } from '@fsigk/gateway'
import type { SharedValue } from '@fsigk/plugin-api'
import type { SharedReply, SharedRequest } from './messages.js'

const MAX_ENTRIES = 100_000

type Reply = (reply: SharedReply) => void

interface Claim<Owner> {
  owner: Owner
  /** What it comes to is what was true before all was forgotten. */
  outdated: boolean
  readonly waiting: { readonly owner: Owner; readonly reply: Reply }[]
}

/** @typeParam Owner whoever may die holding leases and claims: a worker */
export class SharedStateTable<Owner> {
  readonly #values: ExpiringMap<SharedValue>
  readonly #counters: ExpiringMap<{ sum: number }>
  readonly #leases = new Map<string, Map<Owner, number>>()
  readonly #claims = new Map<string, Claim<Owner>>()
  #held = 0

  /** @param now monotonic, in milliseconds */
  constructor(
    private readonly now: () => number,
    private readonly maxEntries = MAX_ENTRIES,
  ) {
    this.#values = new ExpiringMap({ entries: maxEntries }, now, bytesOf)
    this.#counters = new ExpiringMap({ entries: maxEntries }, now)
  }

  /** Does what a worker asks and replies once: at once, except to a claim that somebody else holds. */
  answer(owner: Owner, request: SharedRequest, reply: Reply): void {
    if (request.does === 'claim') this.#claim(owner, request.name, reply)
    else reply(this.#carryOut(owner, request))
  }

  #carryOut(owner: Owner, request: Exclude<SharedRequest, { does: 'claim' }>): SharedReply {
    switch (request.does) {
      case 'lease':
        return this.#lease(owner, request.name, request.limit)
      case 'release':
        this.#release(owner, request.name)
        return { is: 'done' }
      case 'count':
        return this.#count(request.name, request.by, request.windowMs)
      case 'get':
        return this.#value(request.name)
      case 'set':
        this.#values.set(request.name, request.value, this.now() + request.ttlMs)
        return { is: 'done' }
      case 'delete':
        this.#values.delete(request.name)
        return { is: 'done' }
      case 'settle':
        if (request.value !== undefined && this.#claims.get(request.name)?.outdated !== true)
          this.#values.set(request.name, request.value, this.now() + request.ttlMs)
        this.#settle(owner, request.name)
        return { is: 'done' }
    }
  }

  /** What the values take, keys and all, and how many there are. */
  get figures(): { readonly entries: number; readonly bytes: number } {
    const { size, bytes } = this.#values
    return { entries: size, bytes }
  }

  /** Values take at most so much from now on. @param bytes as `figures` counts them */
  limitBytes(bytes: number): void {
    this.#values.limit({ entries: this.maxEntries, bytes })
  }

  /** Forgets all values; what is being computed now is told to nobody when it is there, and computed again. */
  forgetValues(): void {
    this.#values.clear()
    for (const claim of this.#claims.values()) claim.outdated = true
  }

  /** Takes back all that a dead worker held, so that the others go on. */
  releaseAll(owner: Owner): void {
    for (const [name, holders] of this.#leases) {
      this.#held -= holders.get(owner) ?? 0
      holders.delete(owner)
      if (holders.size === 0) this.#leases.delete(name)
    }
    for (const [key, claim] of this.#claims) {
      const others = claim.waiting.filter((waiter) => waiter.owner !== owner)
      claim.waiting.splice(0, claim.waiting.length, ...others)
      this.#settle(owner, key)
    }
  }

  #lease(owner: Owner, name: string, limit: number): SharedReply {
    const holders = this.#leases.get(name) ?? new Map<Owner, number>()
    let taken = 0
    for (const count of holders.values()) taken += count
    if (taken >= limit) return { is: 'leased', granted: false }
    if (this.#held >= this.maxEntries) return { is: 'refused', what: 'leases', limit: this.maxEntries }
    this.#held += 1
    holders.set(owner, (holders.get(owner) ?? 0) + 1)
    this.#leases.set(name, holders)
    return { is: 'leased', granted: true }
  }

  #release(owner: Owner, name: string): void {
    const holders = this.#leases.get(name)
    const count = holders?.get(owner)
    if (holders === undefined || count === undefined) return
    this.#held -= 1
    if (count > 1) holders.set(owner, count - 1)
    else holders.delete(owner)
    if (holders.size === 0) this.#leases.delete(name)
  }

  #count(name: string, by: number, windowMs: number): SharedReply {
    const counter = this.#counters.get(name)
    if (counter === undefined) {
      this.#counters.set(name, { sum: by }, this.now() + windowMs)
      return { is: 'count', sum: by }
    }
    counter.sum += by
    return { is: 'count', sum: counter.sum }
  }

  #value(key: string): SharedReply {
    const value = this.#values.get(key)
    return { is: 'value', value, expiresInMs: (this.#values.expiresAt(key) ?? this.now()) - this.now() }
  }

  #claim(owner: Owner, key: string, reply: Reply): void {
    const known = this.#value(key)
    if (known.is === 'value' && known.value !== undefined) {
      reply(known)
      return
    }
    const claim = this.#claims.get(key)
    if (claim !== undefined) {
      claim.waiting.push({ owner, reply })
      return
    }
    // Beyond the limit everyone computes for himself: slower, never wrong.
    if (this.#claims.size < this.maxEntries) this.#claims.set(key, { owner, outdated: false, waiting: [] })
    reply({ is: 'yours' })
  }

  #settle(owner: Owner, key: string): void {
    const claim = this.#claims.get(key)
    if (claim === undefined || claim.owner !== owner) return
    const known = this.#value(key)
    if (known.is === 'value' && known.value !== undefined) {
      this.#claims.delete(key)
      for (const { reply } of claim.waiting) reply(known)
      return
    }
    const next = claim.waiting.shift()
    if (next === undefined) {
      this.#claims.delete(key)
      return
    }
    claim.owner = next.owner
    claim.outdated = false
    next.reply({ is: 'yours' })
  }
}

/** What the system needs for an entry beside its text, as measured. */
const ENTRY_BYTES = 200

function bytesOf(key: string, value: SharedValue): number {
  return ENTRY_BYTES + key.length + (typeof value === 'string' ? value.length : 0)
}
