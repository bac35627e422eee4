/** Every error of the store: a stable code, a sentence, and fields where a program needs them. */

/** Codes are part of the contract; each has its line in `core/docs/errors/eventstore-lite.md`. */
const sentences = {
  EVENTSTORE_VERSION_CONFLICT: (stream: string, expected: number, actual: number) =>
    `Stream '${stream}' is at version ${actual}; the append expected version ${expected}.`,
  EVENTSTORE_DAMAGED: (place: string, reason: string) => `The event store is damaged: ${place}${reason}.`,
  EVENTSTORE_INVALID: (what: string, rule: string) => `${what} ${rule}.`,
  EVENTSTORE_SCHEMA_NEWER: (file: string, found: number, known: number) =>
    `'${file}' was written by a newer release: its schema is ${found}, this release knows up to ${known}.`,
  EVENTSTORE_FOREIGN_FILE: (file: string) => `'${file}' is not an event store. It has been left as it is.`,
  EVENTSTORE_BUSY: (file: string, waitedMs: number) =>
    `Another process has kept '${file}' locked for more than ${waitedMs} ms.`,
  EVENTSTORE_UNAVAILABLE: (file: string, reason: string) => `'${file}' cannot be used: ${reason}.`,
  EVENTSTORE_READ_ONLY: (file: string) => `'${file}' was opened for reading only.`,
  EVENTSTORE_CLOSED: () => 'The event store has been closed.',
} as const

export type EventStoreErrorCode = keyof typeof sentences

/** For documentation and its test. */
export const eventStoreErrorCodes = Object.keys(sentences) as readonly EventStoreErrorCode[]

/** An error of the store. Tell errors apart by `code`. */
export class EventStoreError extends Error {
  override readonly name: string = 'EventStoreError'

  constructor(
    readonly code: EventStoreErrorCode,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options)
  }
}

/** Makes the error of a code from the arguments of its sentence. */
export function failure<C extends EventStoreErrorCode>(
  code: C,
  args: Parameters<(typeof sentences)[C]>,
  options?: { readonly cause?: unknown },
): EventStoreError {
  const sentence = sentences[code] as (...args: readonly unknown[]) => string
  return new EventStoreError(code, sentence(...args), options)
}

/** The stream has moved on, or is not yet where the append believed it. Nothing was appended. */
export class VersionConflict extends EventStoreError {
  override readonly name = 'VersionConflict'

  constructor(
    readonly stream: string,
    readonly expected: number,
    readonly actual: number,
  ) {
    super('EVENTSTORE_VERSION_CONFLICT', sentences.EVENTSTORE_VERSION_CONFLICT(stream, expected, actual))
  }
}

/** Something that was stored is not there any more, or not as it was. `stream` is `''` when it is not in a stream. */
export class StoreDamaged extends EventStoreError {
  override readonly name = 'StoreDamaged'

  constructor(
    readonly stream: string,
    readonly version: number,
    readonly reason: string,
    options?: { readonly cause?: unknown },
  ) {
    const place = stream === '' ? '' : `stream '${stream}', version ${version}: `
    super('EVENTSTORE_DAMAGED', sentences.EVENTSTORE_DAMAGED(place, reason), options)
  }
}
