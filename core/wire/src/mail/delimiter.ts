/** Boundary lines (RFC 2046, 5.1.1) as the most lenient reader sees them, with what other readers would not see. */
import { WireFault } from '../wire-fault.js'
import type { Doubt, Doubts, Rules } from './doubts.js'

const LF = 0x0a
const CR = 0x0d
const DASH = 0x2d
const CASE_BIT = 0x20

/** What may stand behind a boundary on its line before it is no line of anyone's. */
const MAX_GARBAGE_BYTES = 4096

/** CR LF, or LF CR, and one more. */
const MAX_LINE_END_BYTES = 3

/** As many boundaries are looked for one by one, more by their dashes. */
const FEW_BOUNDARIES = 8

const DASHES = Buffer.from('--')
const LINE_STARTS = [Buffer.from('\n--'), Buffer.from('\r--')]

/** A multipart whose parts are being read. */
export interface Level {
  /** Where its body begins in the content. */
  readonly start: number
  readonly boundaries: readonly Buffer[]
  /** The same behind two dashes. */
  readonly needles: readonly { readonly bytes: Buffer; readonly isLettered: boolean }[]
  /** What its parts are that do not say so. */
  readonly defaultType: string
  isClosed: boolean
}

/** The last two bytes before a buffer, or that a line begins with it. */
export type Before = Buffer | 'line start'

/** The level of a multipart whose body begins at `start`. */
export function levelOf(start: number, boundaries: readonly string[], defaultType: string): Level {
  const needles = boundaries.map((boundary) => ({
    bytes: Buffer.from(`--${boundary}`, 'latin1'),
    isLettered: /[a-z]/i.test(boundary),
  }))
  return { start, needles, boundaries: needles.map(({ bytes }) => bytes.subarray(2)), defaultType, isClosed: false }
}

/** Where something stands for the first time, and where once more. */
interface Search {
  at: number
  readonly next: (at: number) => number
  readonly bytes: number
}

export interface Delimiter {
  /** From its line end before to its own, in the buffer. */
  readonly from: number
  readonly to: number
  readonly level: number
  readonly isClose: boolean
}

interface Match {
  readonly level: number
  readonly boundary: Buffer
  readonly doubts: readonly Doubt[]
  readonly isClose: boolean
}

export class Delimiters {
  readonly levels: Level[] = []

  constructor(
    private readonly rules: Rules,
    private readonly doubts: Doubts,
  ) {}

  /**
   * The first boundary line.
   *
   * @param before what stands before the buffer
   * @returns up to where there is none when the buffer holds none that is whole
   */
  first(buffer: Buffer, before: Before, isAtEnd: boolean): Delimiter | number {
    const begun = before === 'line start' ? this.at(buffer, 0, before, isAtEnd) : undefined
    if (begun !== undefined) return begun === 'more' ? 0 : begun
    const searches = this.#searches(buffer)
    for (;;) {
      let at = -1
      for (const search of searches) if (search.at !== -1 && (at === -1 || search.at < at)) at = search.at
      if (at === -1) break
      const found = this.at(buffer, at, before, isAtEnd)
      if (found === 'more') return Math.max(0, at - MAX_LINE_END_BYTES)
      if (found !== undefined) return found
      for (const search of searches) if (search.at === at) search.at = search.next(at)
    }
    const longest = searches.reduce((most, { bytes }) => Math.max(most, bytes), 0)
    return Math.max(0, buffer.length - longest - MAX_LINE_END_BYTES)
  }

  /** Boundaries are looked for wherever they stand, in other letters where a line begins; by their dashes, both. */
  #searches(buffer: Buffer): Search[] {
    const searches: Search[] = []
    let hasLetters = false
    const needles = this.levels.flatMap(({ needles }) => needles)
    if (needles.length > FEW_BOUNDARIES) return [searchFor(DASHES, buffer)]
    for (const { bytes, isLettered } of needles) {
      searches.push(searchFor(bytes, buffer))
      hasLetters ||= isLettered
    }
    if (!hasLetters || this.rules.denied.has('case')) return searches
    for (const lineStart of LINE_STARTS) {
      const next = (from: number) => {
        const found = buffer.indexOf(lineStart, from)
        return found === -1 ? -1 : found + 1
      }
      searches.push({ at: next(0), next, bytes: 2 })
    }
    return searches
  }

  /**
   * The boundary line whose dashes stand at `at`.
   *
   * @param before what stands before the buffer
   * @returns `more` when the buffer ends before that is known
   */
  at(buffer: Buffer, at: number, before: Before, isAtEnd: boolean): Delimiter | 'more' | undefined {
    if (!isAtEnd && buffer.length - at < 2) return 'more'
    if (buffer[at] !== DASH || buffer[at + 1] !== DASH) return undefined
    const line = beforeLine(buffer, at, before)
    if (line.doubt !== undefined && this.rules.denied.has(line.doubt)) return undefined
    const fitting: { level: number; boundary: Buffer; isSameCase: boolean }[] = []
    for (let level = this.levels.length - 1; level >= 0; level--) {
      this.doubts.countTries(this.levels[level]?.boundaries.length ?? 0)
      for (const boundary of this.levels[level]?.boundaries ?? []) {
        const fits = fit(buffer, at + 2, boundary)
        // Nobody reads other letters in the middle of a line.
        if (fits === 'no' || (fits === 'other-case' && line.doubt === 'inline')) continue
        if (fits === 'open' && !isAtEnd) return 'more'
        if (fits !== 'open') fitting.push({ level, boundary, isSameCase: fits === 'same' })
      }
    }
    if (fitting.length === 0) return undefined
    const isOnlyLf = this.rules.denied.has('bare-cr')
    const end = lineEnd(buffer, at, isOnlyLf, isAtEnd)
    if (end === 'more') {
      if (buffer.length - at <= MAX_GARBAGE_BYTES) return 'more'
      // Lines that end in CR alone are one long line to this reader.
      if (isOnlyLf && buffer.includes(CR, at)) return undefined
      throw new WireFault('a boundary on a line without an end')
    }
    const matches: Match[] = []
    for (const { level, boundary, isSameCase } of fitting) {
      const match = this.#read(buffer.toString('latin1', at + 2 + boundary.length, end.from), level, boundary)
      const doubts = [...match.doubts, ...(isSameCase ? [] : ['case' as const])]
      if (line.doubt !== undefined) doubts.push(line.doubt)
      if (end.isBare) doubts.push('bare-cr')
      if (this.#isUnclosed(level)) doubts.push('unclosed')
      if (doubts.every((doubt) => !this.rules.denied.has(doubt))) matches.push({ ...match, doubts })
    }
    const match = this.#chosen(matches)
    if (match === undefined) return undefined
    for (const doubt of match.doubts) this.doubts.add(doubt)
    const level = this.levels[match.level]
    if (level !== undefined && level.boundaries.length > 1)
      this.doubts.addBoundary(level.start, match.boundary.toString('latin1'))
    return { from: at - line.bytes, to: end.to, level: match.level, isClose: match.isClose }
  }

  /** What stands behind a boundary on its line. */
  #read(behind: string, level: number, boundary: Buffer): Match {
    const isClose = behind.startsWith('--')
    const rest = isClose ? behind.slice(2) : behind
    const doubts: Doubt[] = []
    if (rest !== '') doubts.push(/^[ \t]*$/.test(rest) ? 'padding' : 'garbage')
    return { level, boundary, isClose, doubts }
  }

  #isUnclosed(level: number): boolean {
    return this.levels.some(({ isClosed }, index) => index > level && !isClosed)
  }

  #chosen(matches: readonly Match[]): Match | undefined {
    const [first] = matches
    if (first === undefined || matches.length === 1) return first
    const byLength = [...matches].sort((one, other) => other.boundary.length - one.boundary.length)
    const isClean = ({ doubts }: Match) => !doubts.includes('garbage')
    const longest = byLength.find(isClean) ?? byLength[0] ?? first
    const shortest = byLength.at(-1) ?? first
    if (longest.level === shortest.level && longest.isClose === shortest.isClose) return longest
    if (this.rules.denied.has('prefix')) return shortest
    this.doubts.add('prefix')
    return longest
  }
}

function searchFor(bytes: Buffer, buffer: Buffer): Search {
  return { at: buffer.indexOf(bytes), next: (at) => buffer.indexOf(bytes, at + 1), bytes: bytes.length }
}

/** The line end before, which belongs to the boundary, and whether every reader takes it for one. */
function beforeLine(buffer: Buffer, at: number, before: Before): { bytes: number; doubt?: Doubt } {
  if (at === 0 && before === 'line start') return { bytes: 0 }
  const last = byteAt(buffer, at - 1, before)
  const oneBefore = byteAt(buffer, at - 2, before)
  if (last === LF) return { bytes: Math.min(at, oneBefore === CR ? 2 : 1) }
  if (last !== CR) return { bytes: 0, doubt: 'inline' }
  // LF CR is a line end for those to whom CR is one, and white space before the boundary for those that trim lines.
  return oneBefore === LF ? { bytes: Math.min(at, 2) } : { bytes: Math.min(at, 1), doubt: 'bare-cr' }
}

function byteAt(buffer: Buffer, at: number, before: Before): number | undefined {
  if (at >= 0) return buffer[at]
  return before === 'line start' ? [CR, LF][at + 2] : before[before.length + at]
}

function fit(buffer: Buffer, from: number, boundary: Buffer): 'same' | 'other-case' | 'open' | 'no' {
  const length = Math.min(boundary.length, buffer.length - from)
  // Mostly the first byte tells, and many boundaries may be tried on many lines.
  for (let at = 0; at < length; at++)
    if ((((buffer[from + at] as number) ^ (boundary[at] as number)) & ~CASE_BIT) !== 0) return 'no'
  const isSame = buffer.compare(boundary, 0, length, from, from + length) === 0
  if (!isSame) {
    const lower = buffer.toString('latin1', from, from + length).toLowerCase()
    if (lower !== boundary.toString('latin1', 0, length).toLowerCase()) return 'no'
  }
  if (length < boundary.length) return 'open'
  return isSame ? 'same' : 'other-case'
}

/** Where the line ends that begins at `start`. */
function lineEnd(
  buffer: Buffer,
  start: number,
  isOnlyLf: boolean,
  isAtEnd: boolean,
): { from: number; to: number; isBare: boolean } | 'more' {
  const lf = buffer.indexOf(LF, start)
  const end = lf === -1 ? buffer.length : lf
  if (isOnlyLf) {
    if (lf === -1 && !isAtEnd) return 'more'
    let from = end
    while (from > start && buffer[from - 1] === CR) from--
    return { from, to: Math.min(end + 1, buffer.length), isBare: false }
  }
  const cr = buffer.subarray(start, end).indexOf(CR)
  const from = cr === -1 ? end : start + cr
  if (lf === -1 && !isAtEnd && (cr === -1 || from === end - 1)) return 'more'
  if (cr === -1) return { from: end, to: Math.min(end + 1, buffer.length), isBare: false }
  if (from === end - 1 && lf !== -1) return { from, to: end + 1, isBare: false }
  return { from, to: from + 1, isBare: true }
}
