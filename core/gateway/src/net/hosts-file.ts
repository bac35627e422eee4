import { readFile, stat } from 'node:fs/promises'
import { isIP } from 'node:net'
import { normaliseAddress } from './address.js'

const MAX_BYTES = 1024 * 1024

/** Names that the administrator of this machine gave to addresses: hosts(5). Read again when the file has changed. */
export class HostsFile {
  #read = ''
  #names: ReadonlyMap<string, string> = new Map()
  #addresses: ReadonlyMap<string, readonly string[]> = new Map()

  constructor(private readonly path = '/etc/hosts') {}

  /**
   * The first name of an address; undefined when it has none, or the file cannot be read.
   *
   * @param address as `normaliseAddress` gives it
   */
  async nameOf(address: string): Promise<string | undefined> {
    return (await this.#refresh()) ? this.#names.get(address) : undefined
  }

  /** The addresses of a name, in the order of the file. @param name lower case */
  async addressesOf(name: string): Promise<readonly string[]> {
    return ((await this.#refresh()) ? this.#addresses.get(name) : undefined) ?? []
  }

  async #refresh(): Promise<boolean> {
    try {
      const { mtimeMs, size, ino } = await stat(this.path)
      const now = `${mtimeMs} ${size} ${ino}`
      if (now !== this.#read) {
        const lines = linesOf(size > MAX_BYTES ? '' : await readFile(this.path, 'utf8'))
        this.#names = namesIn(lines)
        this.#addresses = addressesIn(lines)
        this.#read = now
      }
      return true
    } catch {
      return false
    }
  }
}

/** Each line's words: an address and its names. */
function linesOf(text: string): readonly (readonly string[])[] {
  const words = text.split('\n').map((line) => line.replace(/#.*/, '').trim().split(/\s+/))
  return words.filter(([address = '']) => isIP(address) !== 0)
}

function namesIn(lines: readonly (readonly string[])[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const [address = '', name] of lines) {
    const known = normaliseAddress(address)
    if (name !== undefined && !names.has(known)) names.set(known, name)
  }
  return names
}

function addressesIn(lines: readonly (readonly string[])[]): ReadonlyMap<string, readonly string[]> {
  const addresses = new Map<string, string[]>()
  for (const [address = '', ...names] of lines) {
    for (const name of names) {
      const known = addresses.get(name.toLowerCase()) ?? []
      if (!known.includes(address)) known.push(address)
      addresses.set(name.toLowerCase(), known)
    }
  }
  return addresses
}
