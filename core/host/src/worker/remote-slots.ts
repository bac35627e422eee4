/**
 * A worker's slots: asked of the supervisor, who knows those of all workers. Requests of one turn go out together. While
 * the supervisor has plenty, a slot that comes free is kept for a moment for this worker's next connection of the same
 * address, which then need not wait for an answer; where connections come and go quickly, asking would cost more than
 * serving them.
 */
import type { SlotRequest, SlotSource } from '@fsigk/gateway'
import type { FromWorker, ToWorker } from '../ipc/messages.js'
import { TurnBatch } from '../ipc/turn-batch.js'

type SlotsRequest = Extract<FromWorker, { is: 'slots' }>
type SlotsAnswer = Extract<ToWorker, { is: 'slots' }>

/** How long a slot that came free is kept: so much later another worker may have it. */
const KEEP_MS = 20

/** How long the supervisor's word that there are plenty holds: so long it may have to wait for what is kept. */
const PLENTY_MS = 500

interface Asked {
  readonly address: string
  readonly answer: (slot: number | 'crowded') => void
}

export class RemoteSlots implements SlotSource {
  readonly #asked = new Map<number, Asked>()
  readonly #batch = new TurnBatch(() => this.#flush())
  /** For whom each slot that this worker has is counted. */
  readonly #addresses = new Map<number, string>()
  #next = 0
  #wanted: [ticket: number, address: string][] = []
  #cancelled: number[] = []
  #released: number[] = []
  #kept: number[] = []
  #keeping: NodeJS.Timeout | undefined
  /** The fewest that were kept since the last look: so many were not needed. */
  #spare = 0
  #plentyUntil = 0

  constructor(private readonly send: (message: SlotsRequest) => void) {}

  request(address: string): SlotRequest {
    const kept = this.#takeKept(address)
    if (kept !== undefined) return { answer: Promise.resolve(kept), cancel: nothingToCancel }
    const ticket = this.#next++
    const { promise, resolve } = Promise.withResolvers<number | 'crowded'>()
    this.#asked.set(ticket, { address, answer: resolve })
    this.#wanted.push([ticket, address])
    this.#batch.schedule()
    return { answer: promise, cancel: () => this.#cancel(ticket) }
  }

  #cancel(ticket: number): void {
    if (!this.#asked.delete(ticket)) return
    this.#cancelled.push(ticket)
    this.#batch.schedule()
  }

  release(slot: number): void {
    if (performance.now() < this.#plentyUntil) {
      this.#kept.push(slot)
      if (this.#keeping === undefined) this.#keep()
      return
    }
    this.#letGo(slot)
  }

  /** What the supervisor answered. A slot for a request that was cancelled meanwhile goes straight back. */
  answered({ granted, crowded, plenty }: SlotsAnswer): void {
    this.#plentyUntil = plenty ? performance.now() + PLENTY_MS : 0
    if (!plenty && this.#kept.length > 0) this.#giveBack()
    for (const [ticket, slot] of granted) {
      const asked = this.#asked.get(ticket)
      if (asked !== undefined) this.#addresses.set(slot, asked.address)
      if (!this.#settle(ticket, slot)) this.#letGo(slot)
    }
    for (const ticket of crowded) this.#settle(ticket, 'crowded')
  }

  #settle(ticket: number, slot: number | 'crowded'): boolean {
    const asked = this.#asked.get(ticket)
    this.#asked.delete(ticket)
    asked?.answer(slot)
    return asked !== undefined
  }

  /** The lowest, since its number is told in the log. */
  #takeKept(address: string): number | undefined {
    let lowest: number | undefined
    for (const slot of this.#kept) {
      if (this.#addresses.get(slot) === address && (lowest === undefined || slot < lowest)) lowest = slot
    }
    if (lowest !== undefined) this.#kept.splice(this.#kept.indexOf(lowest), 1)
    this.#spare = Math.min(this.#spare, this.#kept.length)
    return lowest
  }

  #keep(): void {
    this.#spare = this.#kept.length
    this.#keeping = setTimeout(() => this.#giveBackSpare(), KEEP_MS).unref()
  }

  /** What was not needed in all that time goes back, the highest first. */
  #giveBackSpare(): void {
    this.#keeping = undefined
    const spare = performance.now() < this.#plentyUntil ? this.#spare : this.#kept.length
    if (spare > 0) {
      this.#kept.sort((one, other) => one - other)
      for (const slot of this.#kept.splice(-spare)) this.#letGo(slot)
    }
    if (this.#kept.length > 0) this.#keep()
  }

  #giveBack(): void {
    clearTimeout(this.#keeping)
    this.#keeping = undefined
    for (const slot of this.#kept.splice(0)) this.#letGo(slot)
  }

  #letGo(slot: number): void {
    this.#addresses.delete(slot)
    this.#released.push(slot)
    this.#batch.schedule()
  }

  #flush(): void {
    this.send({ is: 'slots', wanted: this.#wanted, cancelled: this.#cancelled, released: this.#released })
    this.#wanted = []
    this.#cancelled = []
    this.#released = []
  }
}

function nothingToCancel(): void {}
