import { networkInterfaces } from 'node:os'
import { normaliseAddress } from './address.js'

/** How long a reading of the interfaces is used. Asking the kernel costs far more than a request may. */
const MAX_AGE_MS = 3_000

/** The addresses of this host's own interfaces, read again every few seconds. */
export class OwnAddresses {
  #addresses: ReadonlySet<string> = new Set()
  #readAt = Number.NEGATIVE_INFINITY
  #generation = 0

  /**
   * @param read every address of every interface
   * @param nowMs a clock that only goes forward
   */
  constructor(
    private readonly read: () => Iterable<string> = interfaceAddresses,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** @param address as `normaliseAddress` gives it */
  has(address: string): boolean {
    this.#refresh()
    return this.#addresses.has(address)
  }

  /** Changes whenever the addresses do, so that what was decided by them can be thrown away. */
  get generation(): number {
    this.#refresh()
    return this.#generation
  }

  #refresh(): void {
    const now = this.nowMs()
    if (now - this.#readAt < MAX_AGE_MS) return
    this.#readAt = now
    const addresses = new Set(Array.from(this.read(), normaliseAddress))
    if (addresses.size === this.#addresses.size && [...addresses].every((address) => this.#addresses.has(address)))
      return
    this.#addresses = addresses
    this.#generation += 1
  }
}

function* interfaceAddresses(): Generator<string> {
  for (const addresses of Object.values(networkInterfaces())) {
    for (const { address } of addresses ?? []) yield address
  }
}

/** Those of this process's host. */
export const ownAddresses = new OwnAddresses()
