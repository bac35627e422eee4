/** Access lists and hosts at random, from a seed, in every notation that ours and tcp_wrappers both know. */

export interface AskedHost {
  readonly address: string
  /** As the private hosts file says; undefined for an address without a name. */
  readonly name?: string
}

export const hosts: readonly AskedHost[] = [
  { address: '10.0.0.1', name: 'alpha.example.com' },
  { address: '10.0.0.2', name: 'beta.example.com' },
  { address: '10.0.1.1', name: 'host.domain.jp' },
  { address: '10.0.1.2', name: 'www.domain.jp' },
  { address: '10.0.1.3', name: 'domain.jp' },
  { address: '10.0.0.66', name: 'x.y.evil.com' },
  { address: '10.250.3.3', name: 'Mixed.Case.Domain.JP' },
  { address: '192.168.0.1', name: 'mailhost' },
  { address: '192.168.3.4' },
  { address: '192.168.200.1', name: 'www.evil.com' },
  { address: '172.16.5.5', name: 'web-1.example.com' },
  { address: '172.31.255.255' },
  { address: '203.0.113.9' },
  { address: '198.51.100.77', name: 'under_score.example.net' },
  { address: '255.255.255.254' },
  { address: '1.2.3.4', name: 'a.b.c.d.example.org' },
  { address: '2001:db8::1', name: 'six.example.com' },
  { address: '2001:db8:1::5' },
  { address: 'fe80::99' },
]

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** @param files paths of list files that exist, with hosts in them */
export class ListMaker {
  constructor(
    private readonly random: () => number,
    private readonly files: readonly string[],
  ) {}

  /** `list`, or `list EXCEPT list`, up to three deep; one or two lines. */
  list(): string {
    return this.chance(0.15) ? `${this.line()}\n${this.line()}` : this.line()
  }

  private line(): string {
    const clauses = [this.clause()]
    while (clauses.length < 4 && this.chance(0.45)) clauses.push(this.clause())
    return clauses.join(this.pick([' EXCEPT ', ' except ', '  EXCEPT\t']))
  }

  private clause(): string {
    const words = Array.from({ length: 1 + this.below(4) }, () => this.pattern())
    return words.join(this.pick([' ', ', ', ',', '\t', '  ']))
  }

  private pattern(): string {
    const { address, name } = this.pick(hosts)
    const kind = this.pick(kinds)
    switch (kind) {
      case 'word':
        return this.pick(['ALL', 'LOCAL', 'KNOWN', 'UNKNOWN'])
      case 'file':
        return this.pick(this.files)
      case 'name':
        return this.cased(name ?? 'nobody.example.com')
      case 'domain':
        return this.cased(domainOf(name ?? 'nobody.example.com', this.below(3)))
      case 'glob':
        return this.glob(name ?? 'nobody.example.com')
      case 'address':
        return address.includes(':') ? this.ipv6(address) : this.ipv4(address)
    }
  }

  private ipv4(address: string): string {
    const bytes = address.split('.').map(Number)
    switch (this.below(4)) {
      case 0:
        return address
      case 1:
        return `${bytes.slice(0, 1 + this.below(3)).join('.')}.`
      case 2: {
        const length = 1 + this.below(31)
        return `${masked(bytes, maskBytes(length))}/${length}`
      }
      default: {
        const mask = this.chance(0.8) ? maskBytes(1 + this.below(31)) : [255, 0, 255, 0]
        return `${masked(bytes, mask)}/${mask.join('.')}`
      }
    }
  }

  private ipv6(address: string): string {
    return this.chance(0.4) ? `[${address}]` : `[${address}]/${this.pick([10, 32, 48, 64, 127, 128])}`
  }

  private glob(name: string): string {
    const at = this.below(name.length)
    const star = `${name.slice(0, at)}*${name.slice(at + 1 + this.below(4))}`
    const mark = `${name.slice(0, at)}?${name.slice(at + 1)}`
    const made = this.cased(this.chance(0.5) ? star : mark)
    // A leading or a final dot makes another pattern of it, and a `*` alone is everybody who has a name.
    return made.startsWith('.') || made.endsWith('.') || !/[a-z]/i.test(made) ? 'w*.evil.com' : made
  }

  private cased(text: string): string {
    return this.chance(0.15) ? text.toUpperCase() : text
  }

  private chance(share: number): boolean {
    return this.random() < share
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit)
  }

  private pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T
  }
}

const kinds = ['address', 'address', 'address', 'name', 'domain', 'domain', 'glob', 'word', 'file'] as const

/** `.domain.jp`, of a name that has so many labels to leave out. */
function domainOf(name: string, leftOut: number): string {
  const labels = name.split('.')
  return `.${labels.slice(Math.min(leftOut, labels.length - 1)).join('.')}`
}

function maskBytes(length: number): readonly number[] {
  return [0, 8, 16, 24].map((start) => 256 - 2 ** (8 - Math.min(8, Math.max(0, length - start))))
}

function masked(bytes: readonly number[], mask: readonly number[]): string {
  return bytes.map((byte, index) => byte & (mask[index] ?? 0)).join('.')
}
