/** The long downloads that this worker makes for clients who wait at a page, and where all workers find those of each other. */
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Lease, SharedState } from '@fsigk/plugin-api'
import { askedKeyOf, Download, keyOf } from './download.js'
import { type DownloadFacts, readFacts } from './facts.js'

/** So many at a time of all clients, and of one. */
const MAX_DOWNLOADS = 100
const MAX_OF_ONE_PEER = 5

const TICK_MS = 1000

/** Less than this, or than a tenth of a small disk, is kept free of files that wait. */
const FREE_BYTES = 256 * 1024 ** 2

export class Downloads {
  readonly #underWay = new Set<Download>()
  #timer: NodeJS.Timeout | undefined
  #hasEnded = false

  constructor(private readonly shared: SharedState) {}

  /**
   * Begins one.
   *
   * @param abandon stops receiving
   * @returns undefined when there are too many
   */
  async begin(facts: DownloadFacts, abandon: () => void): Promise<Download | undefined> {
    const places = await this.#places(facts.peer)
    if (places === undefined) return undefined
    const download = new Download(this.shared, facts, places, abandon)
    this.#underWay.add(download)
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS).unref()
    return download
  }

  /** The transfer is over. */
  close(download: Download): void {
    download.close()
    this.#underWay.delete(download)
    if (this.#underWay.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /**
   * What this ticket stands for, for the client to whom it was given and on the site where it was given: elsewhere its
   * file would be taken for one of that other site. That it was asked for is noted, so that the download goes on.
   */
  async find(ticket: string, peer: string, site: string): Promise<DownloadFacts | undefined> {
    try {
      const text = await this.shared.get(keyOf(ticket))
      if (typeof text !== 'string') return undefined
      const facts = readFacts(text)
      if (facts.peer !== peer || facts.site !== site) return undefined
      await this.shared.set(askedKeyOf(ticket), Date.now(), facts.lifetime * 1000)
      return facts
    } catch {
      // Without the supervisor's word there is nothing to be had.
      return undefined
    }
  }

  /** The service drains: none is begun any more, and those under way end. */
  end(): void {
    this.#hasEnded = true
    for (const download of this.#underWay) download.end()
  }

  async #places(peer: string): Promise<readonly Lease[] | undefined> {
    if (this.#hasEnded) return undefined
    const places: Lease[] = []
    for (const [name, limit] of [
      ['http.progress', MAX_DOWNLOADS],
      [`http.progress.of.${peer}`, MAX_OF_ONE_PEER],
    ] as const) {
      const place = await this.shared.lease(name, limit).catch(() => undefined)
      if (place !== undefined) places.push(place)
    }
    if (places.length === 2 && !this.#hasEnded) return places
    for (const place of places) place.release()
    return undefined
  }

  #tick(): void {
    const now = Date.now()
    for (const download of this.#underWay) void download.tick(now)
    void this.#makeRoom()
  }

  /** Files that wait to be fetched give way, the oldest first, when others would find no room to be received and scanned. */
  async #makeRoom(): Promise<void> {
    for (const download of this.#underWay) {
      const file = download.waitingFile
      if (file === undefined) continue
      if (await isScarce(dirname(file))) download.end()
      return
    }
  }
}

/** Whether the disk of this folder has little room left. */
async function isScarce(folder: string): Promise<boolean> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder)
    return bavail * bsize < Math.min(FREE_BYTES, (blocks * bsize) / 10)
  } catch {
    // Whoever writes there next is told why it does not work.
    return false
  }
}
