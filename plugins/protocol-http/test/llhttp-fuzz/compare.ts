/**
 * Our reading of bytes against llhttp's. Where both accept, they must have read the same messages. Where only llhttp
 * accepts, a rule of the table must say why ours is stricter. Where only ours accepts, ours is wrong.
 */
import { absoluteTarget } from '../../src/message/request-target.js'
import { type Reading, readRequests, readResponses, type Stopped } from '../parse/kit.js'
import { generateRequests, generateResponses, Random } from './generator.js'
import { knownMethods, type LlhttpReading, readByLlhttp } from './llhttp.js'
import { type Rule, stricter } from './stricter.js'

/** A disagreement that no rule explains. */
export interface Disagreement {
  readonly number: number
  readonly kind: 'request' | 'response'
  readonly bytes: string
  readonly why: string
  readonly ours: unknown
  readonly theirs: unknown
}

export interface Result {
  readonly agreed: number
  /** Of these, what both accept to the last byte. */
  readonly accepted: number
  /** How often each rule of the table applied. */
  readonly stricter: ReadonlyMap<string, number>
  readonly disagreements: readonly Disagreement[]
}

const MAX_REPORTED = 20

/** @param first the number of the first message: each message is made from its number alone */
export function compare(first: number, count: number): Result {
  const applied = new Map<string, number>()
  const disagreements: Disagreement[] = []
  let agreed = 0
  let accepted = 0
  for (let number = first; number < first + count && disagreements.length < MAX_REPORTED; number++) {
    const random = new Random(number)
    const kind = number % 2 === 0 ? 'request' : 'response'
    const bytes = kind === 'request' ? generateRequests(random) : generateResponses(random)
    const ours = kind === 'request' ? readRequests([bytes]) : readResponses([bytes])
    const theirs = readByLlhttp(kind, bytes)
    const verdict = judge(kind, bytes.toString('latin1'), ours, theirs)
    if (verdict === 'agreed') {
      agreed++
      if (ours.end === 'whole' && theirs.end === 'whole') accepted++
    } else if (typeof verdict === 'object') applied.set(verdict.says, (applied.get(verdict.says) ?? 0) + 1)
    else
      disagreements.push({ number, kind, bytes: JSON.stringify(bytes.toString('latin1')), why: verdict, ours, theirs })
  }
  return { agreed, accepted, stricter: applied, disagreements }
}

/** Messages that were read to their ends before anything was wrong. */
function wholeMessages(reading: Reading): number {
  return reading.trailers.length
}

function judge(
  kind: 'request' | 'response',
  text: string,
  ours: Stopped,
  theirs: LlhttpReading,
): 'agreed' | Rule | string {
  const common = Math.min(wholeMessages(ours), wholeMessages(theirs))
  for (let at = 0; at < common; at++) {
    // After HTTP/0.9 the connection ends. llhttp reads on, and fields after a line without a version.
    if (/ 0\.9 none /.test(ours.heads[at] ?? '')) return 'agreed'
    if (withoutFraming(ours.heads[at]) !== theirs.heads[at]) return `message ${at}: heads differ`
    if (ours.bodies[at] !== theirs.bodies[at]) return `message ${at}: bodies differ`
    if (ours.trailers[at] !== theirs.trailers[at]) return `message ${at}: trailers differ`
  }
  const isAhead = wholeMessages(ours) > common
  if (isAhead || (ours.end === 'whole' && theirs.end !== 'whole')) {
    return isElsewhere(ours.heads[common], theirs.error) ? 'agreed' : `only ours accepts; llhttp: ${theirs.end}`
  }
  if (wholeMessages(theirs) === common && (ours.end === 'whole') === (theirs.end === 'whole')) return 'agreed'
  // Only llhttp accepts, or came further before it refused.
  const rule = stricter.find((each) => each.kind !== other(kind) && each.applies(ours.end, text, ours.rest))
  return rule ?? `only llhttp accepts; ours: ${ours.end}`
}

/** What llhttp refuses in its parser, and we elsewhere or, for methods, not at all. */
function isElsewhere(head: string | undefined, error: string): boolean {
  if (/ 0\.9 none /.test(head ?? '')) return true
  const [method = '', url = ''] = (head ?? '').split(' ')
  // Any token is a method (RFC 9110, 9.1); llhttp knows a list of them.
  if (error === 'HPE_INVALID_METHOD') return !knownMethods.includes(method)
  // The forms of a URL are `request-target.ts`, after the head has been read.
  if (error === 'HPE_INVALID_URL') return absoluteTarget(url, method) === undefined
  // Whether a connection goes on is `connection-options.ts`, after the message has been answered.
  return error === 'HPE_CLOSED_CONNECTION'
}

function other(kind: 'request' | 'response'): 'request' | 'response' {
  return kind === 'request' ? 'response' : 'request'
}

/** Our description of a head names its framing, which llhttp does not tell. */
function withoutFraming(head: string | undefined): string | undefined {
  return head?.replace(/ (0\.9|1\.0|1\.1) (none|length|chunked|close) /, ' $1 ')
}
