import { failure } from './errors.js'
import type { JsonValue } from './event-store.js'

/** Deep enough for anything meant, shallow enough for any stack. */
const MAX_DEPTH = 100

/**
 * The one text of a JSON value: members sorted by UTF-16 code units, no white space, numbers and strings as
 * ECMAScript writes them (as in RFC 8785). Equal values give equal texts, so that a hash over it is a hash of the value.
 *
 * @param what names the value in errors: `data` gives `data.changes[3] is undefined`
 * @throws EventStoreError `EVENTSTORE_INVALID` for whatever JSON cannot say, and for more than 100 levels
 */
export function canonicalJson(value: JsonValue, what: string): string {
  return write(value, what, 0)
}

function write(value: unknown, path: string, depth: number): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw failure('EVENTSTORE_INVALID', [path, `is ${value}, which JSON cannot say`])
    return JSON.stringify(value)
  }
  if (typeof value !== 'object') throw failure('EVENTSTORE_INVALID', [path, `is ${kind(value)}, which JSON cannot say`])
  if (depth === MAX_DEPTH) throw failure('EVENTSTORE_INVALID', [path, `is nested deeper than ${MAX_DEPTH} levels`])
  if (Array.isArray(value)) {
    // Not map(): it would skip the holes of a sparse array.
    return `[${Array.from(value, (item, index) => write(item, `${path}[${index}]`, depth + 1)).join(',')}]`
  }
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) {
    throw failure('EVENTSTORE_INVALID', [path, 'is an object of a class; only plain objects are JSON'])
  }
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members
    .map(([name, member]) => `${JSON.stringify(name)}:${write(member, `${path}.${name}`, depth + 1)}`)
    .join(',')}}`
}

function kind(value: unknown): string {
  return value === undefined ? 'undefined' : `a ${typeof value}`
}
