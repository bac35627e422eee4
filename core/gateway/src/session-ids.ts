import { randomBytes } from 'node:crypto'

/** 2024-01-01T00:00:00Z; counting from here keeps ids short. */
const EPOCH_MS = 1_704_067_200_000

/**
 * Makes the ids of sessions: when this process began (six characters, in seconds), four random ones that tell apart
 * processes of the same second, then a count. Lower-case letters and digits alone.
 */
export class SessionIds {
  readonly #prefix: string
  #count = 0

  constructor(now = Date.now()) {
    const seconds = Math.max(0, Math.floor((now - EPOCH_MS) / 1000))
    const random = randomBytes(4).readUInt32BE() % 36 ** 4
    this.#prefix = seconds.toString(36).padStart(6, '0') + random.toString(36).padStart(4, '0')
  }

  next(): string {
    this.#count += 1
    return this.#prefix + this.#count.toString(36)
  }
}
