import { alternateFamilies } from './connection-race.js'
import { RecentlyUsed } from './recently-used.js'

/** An entry is some 100 bytes. */
const MAX_REMEMBERED = 1_024
/** How long an address is tried after all others. */
const REMEMBERED_MS = 60_000

/** Addresses that did not connect a moment ago: of several, they are tried last. */
export class FailedAddresses {
  readonly #until = new RecentlyUsed<string, number>(MAX_REMEMBERED)

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** The order in which addresses are tried: the families in turn, those that failed lately after all others. */
  order(addresses: readonly string[], port: number): readonly string[] {
    if (addresses.length < 2) return addresses
    const now = this.now()
    const hasFailed = (address: string) => (this.#until.get(keyOf(address, port)) ?? 0) > now
    const failed = addresses.filter(hasFailed)
    if (failed.length === 0) return alternateFamilies(addresses)
    const others = addresses.filter((address) => !failed.includes(address))
    return [...alternateFamilies(others), ...alternateFamilies(failed)]
  }

  failed(address: string, port: number): void {
    this.#until.set(keyOf(address, port), this.now() + REMEMBERED_MS)
  }

  connected(address: string, port: number): void {
    this.#until.delete(keyOf(address, port))
  }
}

function keyOf(address: string, port: number): string {
  return `${address} ${port}`
}
