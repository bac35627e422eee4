import { readFile, stat } from 'node:fs/promises'
import { normaliseAddress } from './address.js'

const MAX_BYTES = 1024 * 1024

/** Names that the administrator of this machine gave to addresses: hosts(5). Read again when the file has changed. */
export class HostsFile {
  #read = ''
  #names: ReadonlyMap<string, string> = new Map()

  constructor(private readonly path = '/etc/hosts') {}

  /**
   * The first name of an address; undefined when it has none, or the file cannot be read.
   *
   * @param address as `normaliseAddress` gives it
   */
  async nameOf(address: string): Promise<string | undefined> {
    try {
      const { mtimeMs, size, ino } = await stat(this.path)
      const now = `${mtimeMs} ${size} ${ino}`
      if (now !== this.#read) {
        this.#names = size > MAX_BYTES ? new Map() : namesIn(await readFile(this.path, 'utf8'))
        this.#read = now
      }
      return this.#names.get(address)
    } catch {
      return undefined
    }
  }
}

function namesIn(text: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [address, name] = line.replace(/#.*/, '').trim().split(/\s+/)
    if (!address || !name) continue
    const known = normaliseAddress(address)
    if (!names.has(known)) names.set(known, name)
  }
  return names
}
