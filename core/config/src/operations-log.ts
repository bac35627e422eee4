/** Facts that are not wishes (a worker died, a guard tripped): a stream of their own, which no save ever conflicts with. */
import { type EventStore, type JsonValue, VersionConflict } from 'eventstore-lite'

export const OPERATIONS_STREAM = 'operations'

const SCHEMA = 1
const MAX_ATTEMPTS = 10

/** A fact as it is kept. */
export interface OperationsFact {
  /** Past tense: `WorkerCrashed`. */
  readonly type: string
  readonly data: JsonValue
}

/** A fact as it is read. */
export interface RecordedFact extends OperationsFact {
  /** Its place in the stream. */
  readonly number: number
  /** ISO 8601, UTC. */
  readonly at: string
}

export class OperationsLog {
  constructor(
    private readonly store: EventStore,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** Facts, newest first, or in their order from a number on. */
  async *read(from?: number): AsyncGenerator<RecordedFact> {
    const range = from === undefined ? ({ direction: 'backward' } as const) : { from }
    for await (const { type, data, meta, version } of this.store.read(OPERATIONS_STREAM, range)) {
      const at = typeof meta === 'object' && meta !== null && 'at' in meta ? String(meta['at']) : ''
      yield { number: version, type, data, at }
    }
  }

  /** How many there are. */
  async newest(): Promise<number> {
    return await this.store.version(OPERATIONS_STREAM)
  }

  /** Appends a fact, whoever else appends meanwhile; rejects with what the store says when it cannot. */
  async append(fact: OperationsFact): Promise<void> {
    const event = { ...fact, schema: SCHEMA, meta: { at: this.now().toISOString() } }
    for (let attempts = 1; ; attempts++) {
      try {
        await this.store.append(OPERATIONS_STREAM, await this.store.version(OPERATIONS_STREAM), [event])
        return
      } catch (error) {
        if (!(error instanceof VersionConflict) || attempts === MAX_ATTEMPTS) throw error
      }
    }
  }
}
