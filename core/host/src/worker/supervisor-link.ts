/** A worker's end of the channel to its supervisor. */
import type { HindranceSums, SlotSource, VerdictFigures } from '@fsigk/gateway'
import type { SharedState } from '@fsigk/plugin-api'
import type { Counts } from '../confirm/rates.js'
import type { FromWorker, ToWorker } from '../ipc/messages.js'
import { TurnBatch } from '../ipc/turn-batch.js'
import type { SharedReply, SharedRequest } from '../shared-state/messages.js'
import { RemoteSharedState } from '../shared-state/remote-shared-state.js'
import { type SharedTable, sharedTables } from '../shared-state/shared-tables.js'
import { LineForwarder } from './line-forwarder.js'
import { RemoteSlots } from './remote-slots.js'

export class SupervisorLink {
  readonly shared: SharedState
  /** What scanners said of contents, for all workers; who asks remembers himself. */
  readonly verdicts: SharedState
  readonly lines = new LineForwarder((message) => this.send(message))
  readonly #slots = new RemoteSlots((message) => this.send(message))
  readonly #batch = new TurnBatch(() => this.#flush())
  readonly #asked = new Map<number, (reply: SharedReply) => void>()
  readonly #requests: Record<SharedTable, [number, SharedRequest][]> = { values: [], verdicts: [] }
  #next = 0
  /** What this worker has counted, for the answer to each sign of life. */
  counts: (() => Counts) | undefined
  /** What kept it from scanning, likewise. */
  hindrances: (() => HindranceSums) | undefined
  /** How often verdicts were remembered, likewise. */
  verdictFigures: (() => VerdictFigures | undefined) | undefined

  constructor() {
    const now = () => performance.now()
    this.shared = new RemoteSharedState((request) => this.#ask('values', request), now)
    this.verdicts = new RemoteSharedState((request) => this.#ask('verdicts', request), now, 0)
  }

  get slots(): SlotSource {
    return this.#slots
  }

  send(message: FromWorker): void {
    // Without a supervisor this process is about to end (`main.ts`).
    if (process.connected) process.send?.(message, undefined, undefined, () => {})
  }

  /** Sends a last message; resolves when it is on its way. */
  sendLast(message: FromWorker): Promise<void> {
    return new Promise((resolve) => {
      if (process.connected) process.send?.(message, undefined, undefined, () => resolve())
      else resolve()
    })
  }

  /** A sign of life, with what was counted. */
  beat(): FromWorker {
    return { is: 'beat', counts: this.counts?.(), hindrances: this.hindrances?.(), verdicts: this.verdictFigures?.() }
  }

  /** Takes what is for slots and shared state, and answers signs of life; hands on everything else. */
  listen(hear: (message: Exclude<ToWorker, { is: 'slots' | 'shared' | 'beat' | 'linesTaken' }>) => void): void {
    process.on('message', (message: ToWorker) => {
      switch (message.is) {
        case 'slots':
          return this.#slots.answered(message)
        case 'shared':
          return this.#answered(message.replies)
        case 'linesTaken':
          return this.lines.taken(message.bytes)
        case 'beat':
          return this.send(this.beat())
        default:
          return hear(message)
      }
    })
  }

  #ask(table: SharedTable, request: SharedRequest): Promise<SharedReply> {
    return new Promise((resolve) => {
      const number = this.#next++
      this.#asked.set(number, resolve)
      this.#requests[table].push([number, request])
      this.#batch.schedule()
    })
  }

  #answered(replies: readonly (readonly [number, SharedReply])[]): void {
    for (const [number, reply] of replies) {
      this.#asked.get(number)?.(reply)
      this.#asked.delete(number)
    }
  }

  #flush(): void {
    for (const table of sharedTables) {
      const requests = this.#requests[table].splice(0)
      if (requests.length > 0) this.send({ is: 'shared', table, requests })
    }
  }
}
