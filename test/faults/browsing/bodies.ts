/** What is browsed: bodies that anybody who knows their number can make again. */
import { gzipSync } from 'node:zlib'

/**
 * `repeated` are few and come again and again; `posted` is sent by the client and comes back; `cut` breaks off half-way;
 * kinds that begin with `infected` hold what clamd knows.
 */
export const kinds = [
  'small',
  'large',
  'chunked',
  'gzip',
  'slow',
  'empty',
  'repeated',
  'posted',
  'cut',
  'infected-small',
  'infected-large',
  'infected-chunked',
  'infected-gzip',
] as const
export type Kind = (typeof kinds)[number]

/** How often each is asked for, in a hundred. */
const shares: Readonly<Record<Kind, number>> = {
  small: 34,
  large: 3,
  chunked: 12,
  gzip: 12,
  slow: 2,
  empty: 4,
  repeated: 18,
  posted: 4,
  cut: 3,
  'infected-small': 3,
  'infected-large': 1,
  'infected-chunked': 2,
  'infected-gzip': 2,
}

const MARKER = 'marked-for-clamd'
const FEW = 50

/** The kind of the request of this number: the same day each time. */
export function kindOf(number: number): Kind {
  let rest = scrambled(number) % 100
  for (const kind of kinds) {
    rest -= shares[kind]
    if (rest < 0) return kind
  }
  return 'small'
}

export const isInfected = (kind: Kind): boolean => kind.startsWith('infected')

/** As the client is to have it, decoded. */
export function bodyOf(kind: Kind, number: number): Buffer {
  if (kind === 'empty') return Buffer.alloc(0)
  const seed = kind === 'repeated' ? number % FEW : number
  const scatter = scrambled(seed + 1_000_003)
  const bytes = kind.endsWith('large') ? 200_000 + (scatter % 1_000_000) : 500 + (scatter % 30_000)
  const body = Buffer.alloc(bytes, `${kind} ${seed} ${scatter.toString(36)}; `)
  if (isInfected(kind)) body.write(MARKER, scrambled(scatter) % (bytes - MARKER.length))
  return body
}

/** As it comes over the wire from the server. */
export function wireBodyOf(kind: Kind, number: number): Buffer {
  const body = bodyOf(kind, number)
  return kind.endsWith('gzip') ? gzipSync(body, { level: 1 }) : body
}

export function holdsMarker(body: Buffer): boolean {
  return body.includes(MARKER)
}

/** Knuth's multiplicative hash, so that neighbours differ. */
function scrambled(number: number): number {
  return (Math.imul(number + 1, 2_654_435_761) >>> 0) >>> 3
}
