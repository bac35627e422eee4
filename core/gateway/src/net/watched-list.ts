import { statSync } from 'node:fs'
import { type AccessList, type AccessQuestion, accessListAllows, isBroken, parseAccessList } from '@fsigk/config'
import { fail } from './errors.js'
import { readListFile } from './list-file.js'

/** How often list files are looked at, at most. */
const LOOK_EVERY_MS = 1_000

/**
 * An access list of one revision, with the list files that it names as they are now. A file that changes is read again; one
 * that then cannot be used is told, and the list stays as it was last read: neither "everybody" nor "nobody" is what its
 * writer meant.
 */
export class WatchedList {
  #list: AccessList
  #stamps: string
  #lookedAtMs: number
  /** Goes up whenever the list has changed. */
  generation = 0

  /**
   * @param key the setting, for errors
   * @param told of a file that can no longer be used
   * @throws FSIGK_ACCESS_LIST_INVALID, also for a list file that cannot be read
   */
  constructor(
    private readonly key: string,
    private readonly text: string,
    private readonly told: (error: Error) => void,
    private readonly now: () => number = Date.now,
  ) {
    this.#list = this.#parsed()
    this.#stamps = stampsOf(this.#list)
    this.#lookedAtMs = now()
  }

  allows(question: AccessQuestion): boolean {
    return accessListAllows(this.#list, question)
  }

  /** Reads list files again that have changed, at most once a second. */
  refresh(): void {
    if (this.#list.files.length === 0 || this.now() - this.#lookedAtMs < LOOK_EVERY_MS) return
    this.#lookedAtMs = this.now()
    const stamps = stampsOf(this.#list)
    if (stamps === this.#stamps) return
    this.#stamps = stamps
    try {
      this.#list = this.#parsed()
      this.generation += 1
    } catch (error) {
      this.told(error as Error)
    }
  }

  #parsed(): AccessList {
    const list = parseAccessList(this.text, readListFile)
    if (isBroken(list)) throw fail('FSIGK_ACCESS_LIST_INVALID', [this.key, list.rule])
    return list
  }
}

function stampsOf({ files }: AccessList): string {
  return files.map(stampOf).join('\n')
}

function stampOf(path: string): string {
  try {
    const { ino, size, mtimeMs, mode } = statSync(path)
    return `${ino} ${size} ${mtimeMs} ${mode}`
  } catch {
    return 'unreadable'
  }
}
