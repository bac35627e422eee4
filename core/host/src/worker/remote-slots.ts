/** A worker's slots: asked of the supervisor, who knows those of all workers. Requests of one turn go out together. */
import type { SlotSource } from '@fsigk/gateway'
import type { FromWorker, ToWorker } from '../ipc/messages.js'
import { TurnBatch } from '../ipc/turn-batch.js'

type SlotsRequest = Extract<FromWorker, { is: 'slots' }>
type SlotsGrant = Extract<ToWorker, { is: 'slots' }>

export class RemoteSlots implements SlotSource {
  readonly #waiting = new Map<number, (slot: number) => void>()
  readonly #batch = new TurnBatch(() => this.#flush())
  #next = 0
  #wanted: number[] = []
  #cancelled: number[] = []
  #released: number[] = []

  constructor(private readonly send: (message: SlotsRequest) => void) {}

  /** Waits for a slot of the service. Rejects with the signal's reason when that comes first. */
  acquire(signal: AbortSignal): Promise<number> {
    if (signal.aborted) return Promise.reject(signal.reason)
    return new Promise((resolve, reject) => {
      const ticket = this.#next++
      const cancel = () => {
        if (!this.#waiting.delete(ticket)) return
        this.#cancelled.push(ticket)
        this.#batch.schedule()
        reject(signal.reason)
      }
      signal.addEventListener('abort', cancel, { once: true })
      this.#waiting.set(ticket, (slot) => {
        signal.removeEventListener('abort', cancel)
        resolve(slot)
      })
      this.#wanted.push(ticket)
      this.#batch.schedule()
    })
  }

  release(slot: number): void {
    this.#released.push(slot)
    this.#batch.schedule()
  }

  /** What the supervisor granted. A slot for a request that was cancelled meanwhile goes straight back. */
  granted({ granted }: SlotsGrant): void {
    for (const [ticket, slot] of granted) {
      const resolve = this.#waiting.get(ticket)
      this.#waiting.delete(ticket)
      if (resolve === undefined) this.release(slot)
      else resolve(slot)
    }
  }

  #flush(): void {
    this.send({ is: 'slots', wanted: this.#wanted, cancelled: this.#cancelled, released: this.#released })
    this.#wanted = []
    this.#cancelled = []
    this.#released = []
  }
}
