/**
 * Takes a multipart body apart (RFC 2046, 5.1; RFC 7578), whatever pieces it comes in. Pure and bounded: of a part no more
 * is kept than may still turn out to be a boundary.
 *
 * Readers differ in what they take for a boundary: some want CR LF before it, some LF, some nothing; some read on behind
 * the last one. This one takes apart what all of them understand alike, with CR LF or with LF throughout, and reads on
 * behind the last boundary. Where the boundary stands so that readers would differ, it throws: neither reading would be
 * the only one.
 */
import { WireFault } from './wire-fault.js'

/** RFC 2046 allows 70 characters. */
export const MAX_BOUNDARY_BYTES = 70

/** Of the header of one part. */
const MAX_HEADER_BYTES = 16_384

/** White space between a boundary and the end of its line. */
const MAX_PADDING_BYTES = 256

const CR = 0x0d
const LF = 0x0a
const SPACE = 0x20
const TAB = 0x09
const DASH = 0x2d

/** What is found, in order: a part begins, its data, it ends. */
export type MultipartEvent =
  /** `header`: lines of the part's header, latin1, without the empty line. */
  | { readonly is: 'part'; readonly header: string }
  | { readonly is: 'data'; readonly bytes: Buffer }
  | { readonly is: 'end' }

type LineEnd = 'CR LF' | 'LF'

/** A line that is a boundary: where it ends, and what comes then. */
interface BoundaryLine {
  readonly end: number
  readonly next: 'header' | 'outside'
  /** Undefined where the line does not end: a last boundary, or the body's end. */
  readonly lineEnd: LineEnd | undefined
}

const END: MultipartEvent = { is: 'end' }

export class MultipartReader {
  readonly #delimiter: Buffer
  #state: 'outside' | 'header' | 'data' = 'outside'
  #rest: Buffer = Buffer.alloc(0)
  /** Nothing has been left behind yet: the body may begin with a boundary. */
  #atStart = true
  #lineEnd: LineEnd | undefined

  /** @param boundary latin1. @throws WireFault when it is empty or too long */
  constructor(boundary: string) {
    if (boundary === '' || boundary.length > MAX_BOUNDARY_BYTES)
      throw new WireFault(`a boundary of ${boundary.length} bytes`)
    this.#delimiter = Buffer.from(`--${boundary}`, 'latin1')
  }

  /** @throws WireFault where readers would differ, or a header is too long */
  *push(chunk: Buffer): Generator<MultipartEvent> {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    yield* this.#read(false)
  }

  /** No more will come. A last part without a boundary behind it ends here. @throws as `push` */
  *end(): Generator<MultipartEvent> {
    yield* this.#read(true)
    if (this.#state === 'outside') return
    // A header without its empty line may be data for a reader that misses the header.
    if (this.#state === 'header') yield { is: 'part', header: '' }
    if (this.#rest.length > 0) yield { is: 'data', bytes: this.#rest }
    yield END
    this.#state = 'outside'
  }

  *#read(isLast: boolean): Generator<MultipartEvent> {
    for (;;) {
      if (this.#state === 'header') {
        const header = this.#takeHeader()
        if (header === undefined) return
        yield { is: 'part', header }
        this.#state = 'data'
        continue
      }
      const at = this.#rest.indexOf(this.#delimiter)
      const line = at === -1 ? undefined : this.#boundaryLine(at, isLast)
      if (line === undefined) {
        // What may be the line end before a boundary, and the boundary, is kept.
        const keep = at === -1 ? this.#delimiter.length + 1 : this.#rest.length - at + 2
        yield* this.#leave(Math.max(0, this.#rest.length - keep), 0)
        return
      }
      const breakBytes = this.#breakBefore(at)
      this.#lineEnd ??= line.lineEnd
      yield* this.#leave(at - breakBytes, line.end - at + breakBytes)
      if (this.#state === 'data') yield END
      this.#state = line.next
    }
  }

  /** Gives `bytes` as data, if they are, and drops the next `drop`. */
  *#leave(bytes: number, drop: number): Generator<MultipartEvent> {
    if (bytes + drop === 0) return
    if (bytes > 0 && this.#state === 'data') yield { is: 'data', bytes: this.#rest.subarray(0, bytes) }
    this.#rest = this.#rest.subarray(bytes + drop)
    this.#atStart = false
  }

  /** What stands behind the boundary at `at`; undefined while that cannot be told. */
  #boundaryLine(at: number, isLast: boolean): BoundaryLine | undefined {
    const rest = this.#rest
    let end = at + this.#delimiter.length
    if (rest[end] === DASH && rest[end + 1] === DASH) return { end: end + 2, next: 'outside', lineEnd: undefined }
    const afterBoundary = end
    while (rest[end] === SPACE || rest[end] === TAB) end++
    if (end - afterBoundary > MAX_PADDING_BYTES) throw new WireFault('a boundary with much white space behind it')
    if (rest[end] === LF) return { end: end + 1, next: 'header', lineEnd: 'LF' }
    if (rest[end] === CR && rest[end + 1] === LF) return { end: end + 2, next: 'header', lineEnd: 'CR LF' }
    const isShort = end >= rest.length - 1 && (end === rest.length || rest[end] === CR || rest[end] === DASH)
    if (!isShort) throw new WireFault('a boundary with something behind it')
    return isLast ? { end: rest.length, next: 'outside', lineEnd: undefined } : undefined
  }

  /** The bytes of the line end before the boundary at `at`, which belongs to it. */
  #breakBefore(at: number): number {
    if (at === 0 && this.#atStart) return 0
    if (at === 0 || this.#rest[at - 1] !== LF) throw new WireFault('a boundary that does not begin its line')
    const lineEnd = this.#rest[at - 2] === CR ? 'CR LF' : 'LF'
    if (this.#state === 'data' && lineEnd !== this.#lineEnd)
      throw new WireFault(`a boundary after ${lineEnd} among others after ${this.#lineEnd ?? 'none'}`)
    return lineEnd === 'LF' ? 1 : 2
  }

  /** The header up to its empty line, which may be all of it; undefined while it has not come. */
  #takeHeader(): string | undefined {
    const rest = this.#rest
    let lineStart = 0
    for (let at = rest.indexOf(LF); at !== -1; at = rest.indexOf(LF, lineStart)) {
      const isEmpty = at === lineStart || (at === lineStart + 1 && rest[lineStart] === CR)
      if (!isEmpty) {
        lineStart = at + 1
        continue
      }
      if (lineStart > MAX_HEADER_BYTES) break
      const header = rest.subarray(0, lineStart)
      if (header.includes(this.#delimiter)) throw new WireFault('a boundary inside the header of a part')
      this.#rest = rest.subarray(at + 1)
      return header.toString('latin1')
    }
    if (rest.length > MAX_HEADER_BYTES) throw new WireFault(`a part with a header over ${MAX_HEADER_BYTES} bytes`)
    return undefined
  }
}
