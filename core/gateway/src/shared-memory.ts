/**
 * What bodies beyond 64 KiB may take of a worker's memory together. While there is room, those that may stay in memory do:
 * a file costs more than a mail of usual size. When there is none, they go to files as all others do.
 */
const MOST_BYTES = 67_108_864

class SharedMemory {
  #left: number

  constructor(bytes: number) {
    this.#left = bytes
  }

  /** @returns whether there is room; it is taken then, until it is given back */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false
    this.#left -= bytes
    return true
  }

  giveBack(bytes: number): void {
    this.#left += bytes
  }
}

/** This worker's. */
export const sharedMemory = new SharedMemory(MOST_BYTES)
