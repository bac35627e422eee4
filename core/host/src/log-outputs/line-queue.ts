/** Lines that wait for whoever reads them. Bounded: what does not fit is left out and counted, so that nobody waits. */
export class LineQueue {
  #waiting: string[] = []
  #bytes = 0
  #lostLines = 0

  constructor(private readonly limitBytes: number) {}

  get bytes(): number {
    return this.#bytes
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  /** Lines left out since the beginning. */
  get lostLines(): number {
    return this.#lostLines
  }

  /** @param lines whole lines, ASCII. @returns false when there was no room for them */
  push(lines: string): boolean {
    if (this.#bytes + lines.length > this.limitBytes) {
      this.lose(lines)
      return false
    }
    this.#waiting.push(lines)
    this.#bytes += lines.length
    return true
  }

  /** Counts lines that will not be delivered. */
  lose(lines: string): void {
    this.#lostLines += countLines(lines)
  }

  /** The next lines, about so many bytes of them; `''` when none wait. */
  take(bytes: number): string {
    let count = 0
    let length = 0
    while (count < this.#waiting.length && length < bytes) {
      length += this.#waiting[count]?.length ?? 0
      count += 1
    }
    this.#bytes -= length
    return this.#waiting.splice(0, count).join('')
  }

  /** Lines that were taken and did not arrive are the next ones again. */
  putBack(lines: string): void {
    if (lines === '') return
    this.#waiting.unshift(lines)
    this.#bytes += lines.length
  }

  /** Nothing waits any more; what did is counted as lost. */
  clear(): void {
    this.lose(this.take(Number.POSITIVE_INFINITY))
  }
}

export function countLines(lines: string): number {
  let count = 0
  for (let at = lines.indexOf('\n'); at !== -1; at = lines.indexOf('\n', at + 1)) count += 1
  return count
}
