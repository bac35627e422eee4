/**
 * A worker's slots: asked of the supervisor, who knows those of all workers. Requests of one turn go out together. While
 * the supervisor has plenty, a slot that comes free is kept for a moment for this worker's next connection, which then
 * need not wait for an answer; where connections come and go quickly, asking would cost more than serving them.
 */
import type { SlotSource } from '@fsigk/gateway'
import type { FromWorker, ToWorker } from '../ipc/messages.js'
import { TurnBatch } from '../ipc/turn-batch.js'

type SlotsRequest = Extract<FromWorker, { is: 'slots' }>
type SlotsGrant = Extract<ToWorker, { is: 'slots' }>

/** How long a slot that came free is kept: so much later another worker may have it. */
const KEEP_MS = 20

/** How long the supervisor's word that there are plenty holds: so long it may have to wait for what is kept. */
const PLENTY_MS = 500

export class RemoteSlots implements SlotSource {
  readonly #waiting = new Map<number, (slot: number) => void>()
  readonly #batch = new TurnBatch(() => this.#flush())
  #next = 0
  #wanted: number[] = []
  #cancelled: number[] = []
  #released: number[] = []
  #kept: number[] = []
  #keeping: NodeJS.Timeout | undefined
  #plentyUntil = 0

  constructor(private readonly send: (message: SlotsRequest) => void) {}

  /** Waits for a slot of the service. Rejects with the signal's reason when that comes first. */
  acquire(signal: AbortSignal): Promise<number> {
    if (signal.aborted) return Promise.reject(signal.reason)
    if (this.#kept.length > 0) return Promise.resolve(this.#takeKept())
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
    if (performance.now() < this.#plentyUntil) {
      this.#kept.push(slot)
      this.#keeping ??= setTimeout(() => this.#giveBack(), KEEP_MS).unref()
      return
    }
    this.#released.push(slot)
    this.#batch.schedule()
  }

  /** What the supervisor granted. A slot for a request that was cancelled meanwhile goes straight back. */
  granted({ granted, plenty }: SlotsGrant): void {
    this.#plentyUntil = plenty ? performance.now() + PLENTY_MS : 0
    if (!plenty && this.#kept.length > 0) this.#giveBack()
    for (const [ticket, slot] of granted) {
      const resolve = this.#waiting.get(ticket)
      this.#waiting.delete(ticket)
      if (resolve === undefined) this.release(slot)
      else resolve(slot)
    }
  }

  /** The lowest, since its number is told in the log. */
  #takeKept(): number {
    const lowest = Math.min(...this.#kept)
    this.#kept.splice(this.#kept.indexOf(lowest), 1)
    return lowest
  }

  #giveBack(): void {
    clearTimeout(this.#keeping)
    this.#keeping = undefined
    if (this.#kept.length === 0) return
    this.#released.push(...this.#kept.splice(0))
    this.#batch.schedule()
  }

  #flush(): void {
    this.send({ is: 'slots', wanted: this.#wanted, cancelled: this.#cancelled, released: this.#released })
    this.#wanted = []
    this.#cancelled = []
    this.#released = []
  }
}
