/** Boundary lines (RFC 2046, 5.1.1) as the most lenient reader sees them, with what other readers would not see. */
import { WireFault } from '../wire-fault.js'
import type { Doubt, Doubts, Rules } from './doubts.js'

const LF = 0x0a
const CR = 0x0d
const DASH = 0x2d

/** What may stand behind a boundary on its line before it is no line of anyone's. */
const MAX_GARBAGE_BYTES = 4096

/** A multipart whose parts are being read. */
export interface Level {
  /** Where its body begins in the content. */
  readonly start: number
  readonly boundaries: readonly Buffer[]
  /** What its parts are that do not say so. */
  readonly defaultType: string
  isClosed: boolean
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
   * The boundary line whose dashes stand at `at`.
   *
   * @param isLineStart whether a line begins at the buffer's beginning
   * @returns `more` when the buffer ends before that is known
   */
  at(buffer: Buffer, at: number, isLineStart: boolean, isAtEnd: boolean): Delimiter | 'more' | undefined {
    if (!isAtEnd && buffer.length - at < 2) return 'more'
    if (buffer[at] !== DASH || buffer[at + 1] !== DASH) return undefined
    const before = beforeLine(buffer, at, isLineStart)
    if (before.doubt !== undefined && this.rules.denied.has(before.doubt)) return undefined
    const fitting: { level: number; boundary: Buffer; isSameCase: boolean }[] = []
    for (let level = this.levels.length - 1; level >= 0; level--) {
      for (const boundary of this.levels[level]?.boundaries ?? []) {
        const fits = fit(buffer, at + 2, boundary)
        if (fits === 'no') continue
        if (fits === 'open' && !isAtEnd) return 'more'
        if (fits !== 'open') fitting.push({ level, boundary, isSameCase: fits === 'same' })
      }
    }
    if (fitting.length === 0) return undefined
    const end = lineEnd(buffer, at, isAtEnd)
    if (end === 'more') {
      if (buffer.length - at > MAX_GARBAGE_BYTES) throw new WireFault('a boundary on a line without an end')
      return 'more'
    }
    const matches: Match[] = []
    for (const { level, boundary, isSameCase } of fitting) {
      const match = this.#read(buffer.toString('latin1', at + 2 + boundary.length, end.from), level, boundary)
      const doubts = [...match.doubts, ...(isSameCase ? [] : ['case' as const])]
      if (before.doubt !== undefined) doubts.push(before.doubt)
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
    return { from: at - before.bytes, to: end.to, level: match.level, isClose: match.isClose }
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

/** The line end before, which belongs to the boundary, and whether every reader takes it for one. */
function beforeLine(buffer: Buffer, at: number, isLineStart: boolean): { bytes: number; doubt?: Doubt } {
  if (at === 0) return isLineStart ? { bytes: 0 } : { bytes: 0, doubt: 'inline' }
  if (buffer[at - 1] === LF) return { bytes: buffer[at - 2] === CR ? 2 : 1 }
  // LF CR is a line end for those to whom CR is one, and white space before the boundary for those that trim lines.
  if (buffer[at - 1] === CR && (at === 1 ? isLineStart : buffer[at - 2] === LF)) return { bytes: Math.min(at, 2) }
  return buffer[at - 1] === CR ? { bytes: 1, doubt: 'bare-cr' } : { bytes: 0, doubt: 'inline' }
}

function fit(buffer: Buffer, from: number, boundary: Buffer): 'same' | 'other-case' | 'open' | 'no' {
  const length = Math.min(boundary.length, buffer.length - from)
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
  isAtEnd: boolean,
): { from: number; to: number; isBare: boolean } | 'more' {
  const lf = buffer.indexOf(LF, start)
  const end = lf === -1 ? buffer.length : lf
  const cr = buffer.subarray(start, end).indexOf(CR)
  const from = cr === -1 ? end : start + cr
  if (lf === -1 && !isAtEnd && (cr === -1 || from === end - 1)) return 'more'
  if (cr === -1) return { from: end, to: Math.min(end + 1, buffer.length), isBare: false }
  if (from === end - 1 && lf !== -1) return { from, to: end + 1, isBare: false }
  return { from, to: from + 1, isBare: lf !== -1 || from < buffer.length - 1 }
}
