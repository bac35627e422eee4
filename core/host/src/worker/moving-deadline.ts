/** A moment that ends a wait, and that may be set anew until it is reached. */
export class MovingDeadline implements Disposable {
  readonly reached: Promise<void>
  readonly #reach: () => void
  #timer: NodeJS.Timeout | undefined

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.reached = promise
    this.#reach = resolve
  }

  set(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.#reach, ms)
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
  }
}
