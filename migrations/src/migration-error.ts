const sentences = {
  FSIGK_EVENT_SCHEMA_NEWER: (found: number, known: number) =>
    `The event was written by a newer release: its schema is ${found}, this release knows up to ${known}.`,
  FSIGK_EVENT_SCHEMA_INVALID: (found: unknown) =>
    `The event's schema is ${String(found)}; it must be a whole number of at least 1.`,
} as const

export type MigrationErrorCode = keyof typeof sentences

/** For documentation and its test. */
export const migrationErrorCodes = Object.keys(sentences) as readonly MigrationErrorCode[]

/** An event that cannot be brought up to today's schema. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'

  constructor(
    readonly code: MigrationErrorCode,
    message: string,
  ) {
    super(message)
  }
}

/** Makes the error of a code from the arguments of its sentence. */
export function failure<C extends MigrationErrorCode>(
  code: C,
  args: Parameters<(typeof sentences)[C]>,
): MigrationError {
  const sentence = sentences[code] as (...args: readonly unknown[]) => string
  return new MigrationError(code, sentence(...args))
}
