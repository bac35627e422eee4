/**
 * The text of a head file: a heading, then a line for each append, the last one of a stream counts.
 *
 *     eventstore-lite head 1
 *     ! 9c1185a5 {"hash":"5feceb66…","stream":"settings","version":12}
 *
 * `?` marks a head that was about to be stored, `!` one that is stored for certain; in between stand eight digits of
 * the SHA-256 of the rest.
 */
import { hash as digest } from 'node:crypto'
import { canonicalJson } from '../canonical-json.js'
import type { Head } from '../driver.js'
import { StoreDamaged } from '../errors.js'

/** The head of a stream, by name. */
export interface Anchor extends Head {
  readonly stream: string
}

export const HEADING = 'eventstore-lite head 1\n'

// No single bit turns one into the other.
export const RESERVED = '?'
export const CONFIRMED = '!'

const LINE = /^(?<state>[?!]) (?<check>[0-9a-f]{8}) (?<anchor>\{.*\})$/

export function headLine(state: typeof RESERVED | typeof CONFIRMED, { stream, version, hash }: Anchor): string {
  const anchor = canonicalJson({ stream, version, hash }, 'head')
  return `${state} ${checkOf(anchor)} ${anchor}\n`
}

export interface HeadLines {
  /** The newest confirmed head of each stream. */
  readonly anchors: ReadonlyMap<string, Head>
  /** Heads that were about to be stored; whether they were, the events tell. */
  readonly reserved: readonly Anchor[]
  readonly lines: number
  /** Whether a crash left something to tidy up: a line that was never confirmed, or was not written to its end. */
  readonly interrupted: boolean
}

/**
 * @param name of the file, for errors
 * @throws StoreDamaged for a line that cannot be read, or one that contradicts another
 */
export function parseHeadLines(text: string, name: string): HeadLines {
  if (!text.startsWith(HEADING)) throw new StoreDamaged('', 0, `'${name}' is not a head file that this release knows`)
  // What follows the last line end was being written when the machine stopped: it was never acknowledged.
  const [, ...lines] = text.split('\n')
  let interrupted = lines.pop() !== ''
  const anchors = new Map<string, Head>()
  const reserved: Anchor[] = []
  for (const [index, line] of lines.entries()) {
    const { state, check, anchor: json = '' } = LINE.exec(line)?.groups ?? {}
    if (check !== checkOf(json)) throw new StoreDamaged('', 0, `line ${index + 2} of '${name}' is damaged`)
    const { stream, ...head } = JSON.parse(json) as Anchor
    if (state === RESERVED) {
      interrupted = true
      reserved.push({ stream, ...head })
      continue
    }
    const before = anchors.get(stream)
    if (before?.version === head.version && before.hash !== head.hash) {
      throw new StoreDamaged(stream, head.version, `'${name}' knows two different events there`)
    }
    if (before === undefined || before.version < head.version) anchors.set(stream, head)
  }
  return { anchors, reserved, lines: lines.length, interrupted }
}

function checkOf(anchor: string): string {
  return digest('sha256', anchor, 'hex').slice(0, 8)
}
