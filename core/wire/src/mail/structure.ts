/** Takes a mail apart into its parts, as they stand in its bytes, in one pass and without keeping any of them. */
import { WireFault } from '../wire-fault.js'
import { MAX_BOUNDARIES, MAX_BOUNDARY_LINES, MAX_LEVELS } from './bounds.js'
import { type Before, type Delimiter, Delimiters, levelOf } from './delimiter.js'
import type { Doubts, Rules } from './doubts.js'
import { type Entity, plainText, readEntity } from './entity.js'
import { takeHeader } from './header.js'
import { isPlainMultipart } from './part-kinds.js'
import { type Openable, Source } from './source.js'

/** Where a part stands: text between parts is nobody's attachment. */
export type Place = 'part' | 'between'

export interface Part {
  readonly entity: Entity
  readonly place: Place
  /** The multipart whose first boundary it stands before. */
  readonly opens: Entity | undefined
  /** The boundaries of the multiparts around it. */
  readonly boundaries: readonly string[]
  /** Where its body begins in the content. */
  readonly start: number
  /** Where its body ends: known once its bytes have been read. */
  readonly end: number
  /** The bytes of its body as they stand, once. What is not read is skipped when the next part is asked for. */
  bytes(): AsyncGenerator<Buffer>
  /** Reads what has not been read. */
  finish(): Promise<unknown>
}

/**
 * Gives the parts of a mail, or of the body of one entity, in order. A multipart itself is no part, what stands before,
 * between and behind its parts is.
 *
 * @param whole undefined when the content begins with a header
 * @throws WireFault beyond the bounds
 */
export async function* partsOf(
  content: Openable,
  whole: Entity | undefined,
  rules: Rules,
  doubts: Doubts,
  signal: AbortSignal,
): AsyncGenerator<Part> {
  const source = new Source(content, signal)
  try {
    const delimiters = new Delimiters(rules, doubts)
    let isWhole = whole !== undefined
    let entity = whole ?? readEntity(await takeHeader(source, rules, doubts, delimiters))
    let place: Place = 'part'
    for (let lines = 0; ; lines++) {
      if (lines > MAX_BOUNDARY_LINES) throw new WireFault(`more than ${MAX_BOUNDARY_LINES} boundary lines`)
      let opens: Entity | undefined
      if (place === 'part' && (isWhole || isPlainMultipart(entity))) {
        enter(delimiters, entity, source.offset, rules)
        opens = entity
        entity = plainText
        place = 'between'
      }
      const part = new ReadPart(source, delimiters, { entity, place, opens })
      yield part
      const delimiter = await part.finish()
      if (delimiter === undefined) return
      source.take(delimiter.to)
      delimiters.levels.length = delimiter.level + 1
      const level = delimiters.levels[delimiter.level]
      if (level !== undefined) level.isClosed = delimiter.isClose
      isWhole = false
      place = delimiter.isClose ? 'between' : 'part'
      entity = delimiter.isClose
        ? plainText
        : readEntity(await takeHeader(source, rules, doubts, delimiters), level?.defaultType)
    }
  } finally {
    await source.close()
  }
}

function enter({ levels }: Delimiters, { boundaries, types }: Entity, start: number, { chosen }: Rules): void {
  if (levels.length === MAX_LEVELS) throw new WireFault(`multiparts ${MAX_LEVELS} deep`)
  const meant = chosen?.multipart === start ? [chosen.boundary] : boundaries
  const total = levels.reduce((sum, { boundaries }) => sum + boundaries.length, meant.length)
  if (total > MAX_BOUNDARIES) throw new WireFault('more boundaries than can be meant')
  levels.push(levelOf(start, meant, types.includes('multipart/digest') ? 'message/rfc822' : ''))
}

class ReadPart implements Part {
  readonly entity: Entity
  readonly place: Place
  readonly opens: Entity | undefined
  readonly boundaries: readonly string[]
  readonly start: number
  end: number
  #isRead = false
  #delimiter: Delimiter | undefined
  #before: Before = 'line start'

  constructor(
    private readonly source: Source,
    private readonly delimiters: Delimiters,
    { entity, place, opens }: Pick<Part, 'entity' | 'place' | 'opens'>,
  ) {
    this.entity = entity
    this.place = place
    this.opens = opens
    this.boundaries = delimiters.levels.flatMap(({ boundaries }) => boundaries.map((each) => each.toString('latin1')))
    this.start = source.offset
    this.end = source.offset
  }

  async *bytes(): AsyncGenerator<Buffer> {
    for (;;) {
      const given = this.#take()
      if (given.length > 0) yield given
      if (this.#isRead) return
      await this.source.more()
    }
  }

  /** @returns the boundary line that ended it, at the beginning of the buffer; undefined at the end of the content */
  async finish(): Promise<Delimiter | undefined> {
    while (!this.#isRead) {
      this.#take()
      if (!this.#isRead) await this.source.more()
    }
    return this.#delimiter
  }

  /** What is known to be of this part. */
  #take(): Buffer {
    if (this.#isRead) return this.source.take(0)
    const { buffer, isAtEnd } = this.source
    const end = this.#end(buffer, isAtEnd)
    this.#isRead = this.#delimiter !== undefined || isAtEnd
    this.end += end
    const given = this.source.take(end)
    if (end > 0)
      this.#before =
        end > 1 || this.#before === 'line start'
          ? given.subarray(-2)
          : Buffer.concat([this.#before.subarray(-1), given])
    if (this.#delimiter !== undefined) {
      const { to, level, isClose } = this.#delimiter
      this.#delimiter = { from: 0, to: to - end, level, isClose }
    }
    return given
  }

  #end(buffer: Buffer, isAtEnd: boolean): number {
    if (this.delimiters.levels.length === 0) return buffer.length
    const found = this.delimiters.first(buffer, this.#before, isAtEnd)
    if (typeof found === 'object') {
      this.#delimiter = found
      return found.from
    }
    return isAtEnd ? buffer.length : found
  }
}
