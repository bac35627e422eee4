import type { LoadedScanner } from './loaded-scanner.js'

/** The scanners that sessions see from one change of them to the next, and whether any session still does. */
export class ScannerSet {
  #sessions = 0
  #retired = false
  readonly #unused = Promise.withResolvers<void>()

  /** @param loaded in the administrator's order */
  constructor(readonly loaded: readonly LoadedScanner[]) {}

  /** A session has begun that will ask these scanners. */
  hold(): void {
    this.#sessions += 1
  }

  /** That session is over. */
  release(): void {
    this.#sessions -= 1
    this.#settle()
  }

  /** No session begins with it any more. Resolves when none is left that does. */
  retire(): Promise<void> {
    this.#retired = true
    this.#settle()
    return this.#unused.promise
  }

  #settle(): void {
    if (this.#retired && this.#sessions === 0) this.#unused.resolve()
  }
}
