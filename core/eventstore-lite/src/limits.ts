/** What the store accepts: limits of names, numbers and sizes, each checked before anything is touched. */
import { canonicalJson } from './canonical-json.js'
import type { EncodedEvent } from './driver.js'
import { failure } from './errors.js'
import type { JsonValue, NewEvent, ReadOptions } from './event-store.js'

const MAX_NAME_BYTES = 256
const MAX_JSON_BYTES = 16 * 1024 * 1024
const MAX_EVENTS_AN_APPEND = 1000

/** A name that is not well-formed Unicode would come back changed from a store that keeps UTF-8. */
function checkName(what: string, name: string): void {
  if (typeof name !== 'string' || name === '') throw failure('EVENTSTORE_INVALID', [what, 'must be a text, not empty'])
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) {
    throw failure('EVENTSTORE_INVALID', [what, `is longer than ${MAX_NAME_BYTES} bytes`])
  }
  if (/[\x00-\x1f\x7f]/.test(name) || !name.isWellFormed()) {
    throw failure('EVENTSTORE_INVALID', [what, 'holds control characters or half a character'])
  }
}

export function checkStream(stream: string): void {
  checkName('stream', stream)
}

/** A version, position, schema or count: a whole number from `least` on. */
export function checkNumber(what: string, value: number, least: 0 | 1): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw failure('EVENTSTORE_INVALID', [what, `is ${String(value)}; it must be a whole number of at least ${least}`])
  }
}

export function checkReadOptions(options: ReadOptions): void {
  if (options.from !== undefined) checkNumber('from', options.from, 1)
  if (options.limit !== undefined) checkNumber('limit', options.limit, 0)
  const { direction = 'forward' } = options
  if (direction !== 'forward' && direction !== 'backward') {
    throw failure('EVENTSTORE_INVALID', ['direction', `is '${direction}'; it must be 'forward' or 'backward'`])
  }
}

/** Canonical JSON of at most 16 MiB. */
export function encodeJson(what: string, value: JsonValue): string {
  const text = canonicalJson(value, what)
  if (Buffer.byteLength(text) > MAX_JSON_BYTES) {
    throw failure('EVENTSTORE_INVALID', [what, `is longer than ${MAX_JSON_BYTES} bytes as JSON`])
  }
  return text
}

export function encodeEvents(events: readonly NewEvent[]): readonly EncodedEvent[] {
  if (events.length > MAX_EVENTS_AN_APPEND) {
    throw failure('EVENTSTORE_INVALID', ['events', `are ${events.length}; an append takes ${MAX_EVENTS_AN_APPEND}`])
  }
  return events.map(({ type, schema, data, meta }, index) => {
    checkName(`events[${index}].type`, type)
    checkNumber(`events[${index}].schema`, schema, 1)
    return {
      type,
      schema,
      data: encodeJson(`events[${index}].data`, data),
      meta: encodeJson(`events[${index}].meta`, meta),
    }
  })
}
