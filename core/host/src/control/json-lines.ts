/** One JSON value a line, each line bounded. Pure: no socket. */
export class JsonLines {
  #rest: Buffer[] = []
  #restBytes = 0

  constructor(private readonly maxBytes: number) {}

  /**
   * The values that are complete now.
   * @throws RangeError when a line exceeds the limit, SyntaxError when one is not JSON
   */
  *push(chunk: Buffer): Generator<unknown> {
    let from = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      this.#keep(chunk.subarray(from, end))
      const line = Buffer.concat(this.#rest).toString('utf8')
      this.#rest = []
      this.#restBytes = 0
      from = end + 1
      yield JSON.parse(line)
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from))
  }

  #keep(part: Buffer): void {
    this.#restBytes += part.length
    if (this.#restBytes > this.maxBytes) throw new RangeError(`A line exceeds ${this.maxBytes} bytes`)
    this.#rest.push(part)
  }
}
