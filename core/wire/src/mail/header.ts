/** Headers, found in the bytes as leniently as readers find them. */
import { WireFault } from '../wire-fault.js'
import { MAX_HEADER_BYTES, MAX_HEADER_LINES } from './bounds.js'
import type { Delimiters } from './delimiter.js'
import type { Doubts, Rules } from './doubts.js'
import { type Fields, noFields, readFields } from './fields.js'
import type { Source } from './source.js'

const LF = 0x0a
const CR = 0x0d

/** A name may be missing: readers skip the field, and go on. */
const strictField = /^[\x21-\x39\x3b-\x7e]*:/
/** So many in a row are a header. */
const MANY_FIELDS = 8

const envelopeLine = /^>?From /
const continuation = /^[ \t]+\S/

/** Takes the header, with its empty line, off a source. @throws WireFault for one beyond the bounds */
export async function takeHeader(
  source: Source,
  rules: Rules,
  doubts: Doubts,
  delimiters: Delimiters,
): Promise<Fields> {
  const lines: string[] = []
  const isOnlyLf = rules.denied.has('bare-cr')
  let hasField = false
  let at = 0
  for (;;) {
    const { buffer } = source
    const line = lineAt(buffer, at, isOnlyLf, source.isAtEnd)
    const delimiter = delimiters.at(buffer, at, 'line start', source.isAtEnd)
    if (line === 'more' || delimiter === 'more') {
      if (buffer.length > 2 * MAX_HEADER_BYTES) return beyond(hasField || beginsField(buffer, at))
      await source.more()
      continue
    }
    if (delimiter !== undefined) {
      if (!rules.denied.has('open-header')) {
        if (lines.length > 0) doubts.add('open-header')
        break
      }
    }
    if (line === undefined) break
    if (at > MAX_HEADER_BYTES || lines.length > MAX_HEADER_LINES) return beyond(hasField)
    if (line.to > 2 * MAX_HEADER_BYTES) return beyond(hasField || beginsField(buffer, at))
    const text = buffer.toString('latin1', at, line.from)
    if (line.isBare) doubts.add('bare-cr')
    if (text === '') {
      at = line.to
      break
    }
    const isBlank = text.trim() === ''
    // Before the first field a folded line is a field to some, and skipped by others: it ends no header.
    const isField = strictField.test(text) || (/^[ \t]/.test(text) && !isBlank)
    if (!isField && !(lines.length === 0 && envelopeLine.test(text))) {
      const doubt = isBlank ? 'blank' : 'header'
      doubts.add(doubt)
      // The continuation of nothing is left out, also by those who let another line end a header.
      const isLeftOut = lines.length === 0 && /^[ \t]+\S/.test(text)
      if (rules.denied.has(doubt) && !isLeftOut) {
        at = isBlank ? line.to : at
        break
      }
    }
    hasField ||= isField && lines.length > 0
    lines.push(text)
    at = line.to
  }
  source.take(at)
  return readFields(lines)
}

function beginsField(buffer: Buffer, at: number): boolean {
  return strictField.test(buffer.toString('latin1', at, at + 1000))
}

/** What has no field at all in so many bytes has no header, whoever reads it. */
function beyond(hasField: boolean): Fields {
  if (hasField) throw new WireFault(`a header over ${MAX_HEADER_BYTES} bytes or ${MAX_HEADER_LINES} lines`)
  return noFields
}

/** @returns undefined when nothing is left */
function lineAt(
  buffer: Buffer,
  start: number,
  isOnlyLf: boolean,
  isAtEnd: boolean,
): { from: number; to: number; isBare: boolean } | 'more' | undefined {
  if (start >= buffer.length) return isAtEnd ? undefined : 'more'
  // Whichever comes first: to look for one behind many of the other takes a time that grows with their square.
  let end = start
  while (end < buffer.length && buffer[end] !== LF && (isOnlyLf || buffer[end] !== CR)) end++
  if (end === buffer.length) return isAtEnd ? { from: end, to: end, isBare: false } : 'more'
  if (buffer[end] === CR) {
    if (buffer[end + 1] === LF) return { from: end, to: end + 2, isBare: false }
    return end + 1 < buffer.length || isAtEnd ? { from: end, to: end + 1, isBare: true } : 'more'
  }
  const from = isOnlyLf && end > start && buffer[end - 1] === CR ? end - 1 : end
  return { from, to: end + 1, isBare: false }
}

/** Whether a text begins as a mail or a part does: with fields, one of them MIME's. */
export function looksLikeHeader(start: Buffer): boolean {
  let hasMime = false
  let fields = 0
  let isFirst = true
  for (const line of linesOf(start.toString('latin1').replace(/^[\s\0]+/, ''))) {
    const isAtStart = isFirst
    isFirst = false
    if ((isAtStart ? envelopeLine : continuation).test(line)) continue
    const name = /^([^:\s]{1,100})[ \t]*:/.exec(line)?.[1]
    if (name === undefined) return hasMime
    fields++
    hasMime ||= /^(?:content-(?:type|transfer-encoding|disposition)|mime-version)$/i.test(name)
  }
  // Where it ends is not known yet.
  return hasMime || fields > MANY_FIELDS
}

/** One at a time: mostly the first tells all. */
function* linesOf(text: string): Generator<string> {
  let from = 0
  for (const end of text.matchAll(/\r\n|\r|\n/g)) {
    yield text.slice(from, end.index)
    from = end.index + end[0].length
  }
  yield text.slice(from)
}
