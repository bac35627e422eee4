/** The stream `settings` in the store: its events as the domain knows them, and what they come to at any revision. */
import { SETTINGS_EVENT_SCHEMA, upcastSettingsEvent } from '@fsigk/migrations'
import { type EventStore, type JsonValue, type StoredEvent, VersionConflict } from 'eventstore-lite'
import { z } from 'zod'
import { fromStored, SETTINGS_STREAM, type SettingsEvent, toStored } from './domain/events.js'
import { evolve, Fold, initialState, type SettingsState } from './domain/state.js'
import { fail } from './errors.js'

/** An event with the revision that it made. */
export interface NumberedEvent {
  readonly revision: number
  readonly event: SettingsEvent
}

/** When much has to be folded, since snapshots are gone, one is left behind each so many times `snapshotEvery`. */
const STRETCH = 10

/** The shape of the fold's snapshots. */
const FOLD = 2

/** What a snapshot of the fold holds; one of another shape is passed over, since the events say the same. */
const foldSnapshot = z.object({
  schema: z.literal(SETTINGS_EVENT_SCHEMA),
  fold: z.literal(FOLD),
  values: z.array(z.tuple([z.string(), z.union([z.boolean(), z.number(), z.string()])])),
  changedAt: z.array(z.tuple([z.string(), z.int().positive()])),
})

export class SettingsStream {
  /** @param snapshotEvery so many events at most are folded to know the settings of a revision */
  constructor(
    readonly store: EventStore,
    private readonly snapshotEvery: number,
  ) {}

  /** The newest revision, 0 before the first. */
  async newest(): Promise<number> {
    return await this.store.version(SETTINGS_STREAM)
  }

  /** Events from a revision on, forward; up to the newest at the time of the call. */
  async *since(revision: number, limit?: number): AsyncGenerator<NumberedEvent> {
    yield* this.numbered(this.store.read(SETTINGS_STREAM, { from: revision, ...(limit !== undefined && { limit }) }))
  }

  /** The event that made a revision. */
  async event(revision: number): Promise<SettingsEvent | undefined> {
    for await (const { event } of this.since(revision, 1)) return event
    return undefined
  }

  /** Events from a revision back to the first; without one, from the newest. */
  async *backFrom(revision?: number): AsyncGenerator<NumberedEvent> {
    const from = revision === undefined ? {} : { from: revision }
    yield* this.numbered(this.store.read(SETTINGS_STREAM, { ...from, direction: 'backward' }))
  }

  /** The settings at a revision that exists (0: before the first event). */
  async stateAt(revision: number): Promise<SettingsState> {
    if (revision === 0) return initialState
    const known = await this.foldedUpTo(revision)
    const fold = new Fold(known)
    const longStretch = this.snapshotEvery * STRETCH
    // From the event that the snapshot stands on, so that its own hash and the link to the next are checked too.
    const first = Math.max(known.revision, 1)
    for await (const { revision: at, event } of this.since(first, revision - first + 1)) {
      if (at > known.revision) fold.add(event)
      if (at % longStretch === 0 && at > known.revision && at < revision) await this.saveFold(fold.state())
    }
    const state = fold.state()
    if (revision - known.revision >= this.snapshotEvery) await this.saveFold(state)
    return state
  }

  /**
   * Appends one event on top of a state.
   *
   * @returns undefined when the stream has moved on meanwhile; nothing was appended then
   */
  async append(state: SettingsState, event: SettingsEvent): Promise<SettingsState | undefined> {
    try {
      await this.store.append(SETTINGS_STREAM, state.revision, [toStored(event)])
    } catch (error) {
      if (error instanceof VersionConflict) return undefined
      throw error
    }
    const next = evolve(state, event)
    if (next.revision % this.snapshotEvery === 0) await this.saveFold(next)
    return next
  }

  private async *numbered(events: AsyncIterable<StoredEvent>): AsyncGenerator<NumberedEvent> {
    for await (const stored of events) {
      const event = fromStored(upcastSettingsEvent(stored))
      if ('fault' in event) throw fail('FSIGK_EVENT_UNREADABLE', [SETTINGS_STREAM, stored.version, event.fault])
      yield { revision: stored.version, event }
    }
  }

  private async foldedUpTo(revision: number): Promise<SettingsState> {
    const snapshot = await this.store.loadSnapshot(SETTINGS_STREAM, revision)
    const fold = foldSnapshot.safeParse(snapshot?.data)
    if (snapshot === undefined || !fold.success) return initialState
    const { values, changedAt } = fold.data
    return { revision: snapshot.version, values: new Map(values), changedAt: new Map(changedAt) }
  }

  /** A cache: without it everything works, a little slower, so that a full disk here must not fail what was saved. */
  private async saveFold(state: SettingsState): Promise<void> {
    const data: JsonValue = {
      schema: SETTINGS_EVENT_SCHEMA,
      fold: FOLD,
      values: [...state.values].map(([key, value]) => [key, value]),
      changedAt: [...state.changedAt].map(([key, revision]) => [key, revision]),
    }
    await this.store.saveSnapshot(SETTINGS_STREAM, state.revision, data).catch(() => undefined)
  }
}

/**
 * Whether this release knows the shape of the newest event, and so of all: a store never goes back to an older shape.
 *
 * @throws what the upcasts throw, FSIGK_EVENT_UNREADABLE
 */
export async function checkNewestEvent(store: EventStore): Promise<void> {
  for await (const _ of new SettingsStream(store, 1).backFrom()) return
}
