/** Numbers that look random and are the same for the same seed (mulberry32). */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 up to and without `below`. */
  int(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let bits = this.#state
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296) * below)
  }

  /** @param percent of the cases in which it is true */
  chance(percent: number): boolean {
    return this.int(100) < percent
  }

  pick<Each>(list: readonly Each[]): Each {
    return list[this.int(list.length)] as Each
  }

  text(characters: string, length: number): string {
    return Array.from({ length }, () => characters[this.int(characters.length)]).join('')
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.int(256)))
  }
}
