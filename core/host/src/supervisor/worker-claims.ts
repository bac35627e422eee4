/** What one worker asks of the state that all share: slots and shared values. Answers of one turn leave together. */
import type { FromWorker, ToWorker } from '../ipc/messages.js'
import { TurnBatch } from '../ipc/turn-batch.js'
import type { SharedReply } from '../shared-state/messages.js'
import type { SharedTables } from '../shared-state/shared-tables.js'
import type { SlotTable } from './slot-table.js'

type Message<Is extends FromWorker['is']> = Extract<FromWorker, { is: Is }>

/** @typeParam Owner what the tables know the worker by */
export class WorkerClaims<Owner> {
  /** Requests for a slot that wait, each with how to take it back. */
  readonly #waiting = new Map<number, () => void>()
  readonly #batch = new TurnBatch(() => this.#flush())
  #granted: [number, number][] = []
  #crowded: number[] = []
  #replies: [number, SharedReply][] = []

  constructor(
    private readonly owner: Owner,
    private readonly slots: SlotTable<Owner>,
    private readonly shared: SharedTables<Owner>,
    private readonly send: (message: ToWorker) => void,
  ) {}

  slotsMessage({ wanted, cancelled, released }: Message<'slots'>): void {
    for (const slot of released) this.slots.release(this.owner, slot)
    for (const [ticket, address] of wanted) this.#acquire(ticket, address)
    for (const ticket of cancelled) {
      this.#waiting.get(ticket)?.()
      this.#waiting.delete(ticket)
    }
  }

  sharedMessage({ table, requests }: Message<'shared'>): void {
    for (const [number, request] of requests)
      this.shared[table].answer(this.owner, request, (reply) => {
        this.#replies.push([number, reply])
        this.#batch.schedule()
      })
  }

  /** The worker is dead. */
  releaseAll(): void {
    this.slots.releaseAll(this.owner)
    for (const table of Object.values(this.shared)) table.releaseAll(this.owner)
  }

  #acquire(ticket: number, address: string): void {
    let answered = false
    const cancel = this.slots.acquire(this.owner, address, (slot) => {
      answered = true
      this.#waiting.delete(ticket)
      if (slot === 'crowded') this.#crowded.push(ticket)
      else this.#granted.push([ticket, slot])
      this.#batch.schedule()
    })
    if (!answered) this.#waiting.set(ticket, cancel)
  }

  #flush(): void {
    if (this.#granted.length + this.#crowded.length > 0) {
      const { plenty } = this.slots
      this.send({ is: 'slots', granted: this.#granted.splice(0), crowded: this.#crowded.splice(0), plenty })
    }
    if (this.#replies.length > 0) this.send({ is: 'shared', replies: this.#replies.splice(0) })
  }
}
