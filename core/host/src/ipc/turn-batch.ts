/** Collects what one turn of the event loop produces, and hands it on in one piece at the turn's end. */
export class TurnBatch {
  #scheduled = false

  constructor(private readonly flush: () => void) {}

  schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.flush()
    })
  }
}
