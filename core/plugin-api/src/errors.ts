/** Turns the arguments of one kind of error into its sentence. */
// biome-ignore lint/suspicious/noExplicitAny: each sentence names its own arguments; `defineErrors` checks them at the call
type Sentence = (...args: any[]) => string

/** Codes and their sentences. A code is part of the contract: `core/docs/errors.md` lists every one. */
export type ErrorCatalogue = Readonly<Record<`FSIGK_${string}`, Sentence>>

/** An error with a stable code, a sentence for people, and usually a cause. */
export class FsigkError extends Error {
  override readonly name = 'FsigkError'

  constructor(
    readonly code: string,
    message: string,
    options?: { readonly cause?: unknown; readonly details?: unknown },
  ) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause })
    this.details = options?.details
  }

  /** What a program needs beyond the sentence, JSON-able: the revision and keys of a conflict, the rejected values. */
  readonly details: unknown
}

/** Makes the errors of one catalogue: `const fail = defineErrors({...}); throw fail('FSIGK_X', [args], { cause })`. */
export function defineErrors<C extends ErrorCatalogue>(catalogue: C) {
  return <K extends keyof C & `FSIGK_${string}`>(
    code: K,
    args: Parameters<C[K]>,
    options?: { readonly cause?: unknown; readonly details?: unknown },
  ): FsigkError => {
    return new FsigkError(code, (catalogue[code] as Sentence)(...args), options)
  }
}

/** Whether a caught value is our error of this code. */
export function isFsigk(error: unknown, code?: string): error is FsigkError {
  return error instanceof FsigkError && (code === undefined || error.code === code)
}
