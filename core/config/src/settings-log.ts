/**
 * The settings of a gateway as a service: opened over an event store, asked for snapshots, told to change or roll back,
 * read as history. Order of a save: validate and decide, compare the expected revision, append, publish. Writing the
 * files of conf/ is the caller's next step, and so is applying.
 */
import { type BlameRow, blame } from './blame.js'
import { commandFault, type SettingsCommand, type WantedChange } from './domain/commands.js'
import { decide } from './domain/decide.js'
import type { SettingValue } from './domain/definition.js'
import { SETTINGS_STREAM, type SettingsEvent } from './domain/events.js'
import { type IgnoredValue, ignoredValues, type SettingsSnapshot } from './domain/snapshot.js'
import { evolve, type SettingsState } from './domain/state.js'
import { fail } from './errors.js'
import { changesTo, type ExportedState, exportedState } from './exported-settings.js'
import { type HistoryEntry, type HistoryFilter, readHistory } from './history.js'
import { install } from './install.js'
import { Listeners, type PublishedSettings } from './listeners.js'
import { OperationsLog } from './operations-log.js'
import { type PendingRevision, PendingRevisions } from './pending-revision.js'
import { Revisions } from './revisions.js'
import type { ChangeCommand, Preview, RevertCommand, RollbackCommand, SaveCommand, Saved } from './save-command.js'
import { Secrets } from './secrets.js'
import type { SettingsLogOptions } from './settings-log-options.js'
import { SettingsStream } from './settings-stream.js'
import { wishRefused } from './wish-refused.js'

const SNAPSHOT_EVERY = 100
const MAX_ATTEMPTS = 20

export class SettingsLog implements AsyncDisposable {
  private readonly listeners: Listeners
  private readonly stopped = new AbortController()
  private following: Promise<void> | undefined
  private snapshotNow: SettingsSnapshot
  private queue: Promise<unknown> = Promise.resolve()
  private readonly pendings: PendingRevisions
  /** What seals and opens the secrets among the settings. */
  readonly secrets: Secrets

  private constructor(
    private readonly stream: SettingsStream,
    private readonly revisions: Revisions,
    private readonly options: SettingsLogOptions,
    private state: SettingsState,
  ) {
    this.snapshotNow = revisions.snapshotOf(state)
    this.listeners = new Listeners(options.onFault)
    this.secrets = new Secrets(options.catalogue, options.sealer)
    this.pendings = new PendingRevisions(stream, new OperationsLog(options.store, () => this.now()))
  }

  /**
   * Opens the settings; the first time ever, appends `GatewayInstalled` as revision 1.
   *
   * @throws FSIGK_EVENT_UNREADABLE, and what the store and the upcasts throw
   */
  static async open(options: SettingsLogOptions): Promise<SettingsLog> {
    const stream = new SettingsStream(options.store, options.snapshotEvery ?? SNAPSHOT_EVERY)
    if ((await stream.newest()) === 0) await install(stream, options)
    const state = await stream.stateAt(await stream.newest())
    return new SettingsLog(stream, new Revisions(stream, options.catalogue, options.templates), options, state)
  }

  get revision(): number {
    return this.state.revision
  }

  /** The settings in force: the newest that this process knows of. */
  get current(): SettingsSnapshot {
    return this.snapshotNow
  }

  /** Wishes with their secrets sealed, to be kept for a while before they are saved. */
  sealed(changes: readonly WantedChange[]): readonly WantedChange[] {
    return this.secrets.sealed(changes, this.state)
  }

  /** Values that were set once but break today's rules or do not open, so that their defaults are in force. */
  get ignored(): readonly IgnoredValue[] {
    return [...ignoredValues(this.state, this.options.catalogue), ...this.secrets.unopened(this.state)]
  }

  /** @throws FSIGK_REVISION_UNKNOWN */
  async snapshot(revision = this.revision): Promise<SettingsSnapshot> {
    return revision === this.revision ? this.snapshotNow : await this.revisions.snapshot(revision)
  }

  /**
   * @throws FSIGK_SETTINGS_INVALID with every bad value as `details: [{ key, value, rule }]`
   * @throws FSIGK_COMMAND_INVALID, FSIGK_REVISION_CONFLICT with `details: { revision, expectedRevision, keys }`,
   *   FSIGK_REVISION_BUSY; nothing is appended when it throws
   */
  async change(command: ChangeCommand): Promise<Saved> {
    const { origin, changes } = command
    return await this.serially(async () => {
      return await this.save(command, { type: 'ChangeSettings', ...this.common(command), origin, changes })
    })
  }

  /**
   * Restores the settings of a revision, or one of them, by a new revision.
   *
   * @throws as `change`, and FSIGK_REVISION_UNKNOWN
   */
  async rollback(command: RollbackCommand): Promise<Saved> {
    const { key, to } = command
    return await this.serially(async () => {
      await this.catchUp()
      const target = await this.revisions.stateAt(to)
      const what = { type: 'RollBackSettings', origin: 'rollback', target, key } as const
      return await this.save(command, { ...what, ...this.common(command) })
    })
  }

  /**
   * Undoes one revision, or one setting of it, by a new revision; what came later stays.
   *
   * @throws as `change`, FSIGK_REVISION_UNKNOWN, and FSIGK_REVERT_CONFLICT with `details: [{ key, value, rule }]` when
   *   later revisions changed the same settings
   */
  async revert(command: RevertCommand): Promise<Saved> {
    const { key, of: revision } = command
    return await this.serially(async () => {
      await this.catchUp()
      const event = await this.revisions.event(revision)
      const what = {
        type: 'RevertRevision',
        origin: 'rollback',
        of: { revision, changes: event.changes },
        key,
      } as const
      return await this.save(command, { ...what, ...this.common(command) })
    })
  }

  /** The revision that waits to be confirmed. */
  async pending(): Promise<PendingRevision | undefined> {
    return await this.pendings.current()
  }

  /** Keeps the revision that waits. @throws FSIGK_CONFIRM_NOTHING */
  async confirm(actor: string): Promise<PendingRevision> {
    return await this.serially(async () => await this.pendings.confirm(actor))
  }

  /**
   * Gives up the revision that waits: the settings before it are restored, by a new revision.
   *
   * @param because `time`, `abort`, or `guard: …`
   * @param machine whether the gateway does it by itself
   * @throws FSIGK_CONFIRM_NOTHING
   */
  async giveUp(actor: string, because: string, machine: boolean): Promise<Saved> {
    return await this.serially(async () => {
      await this.catchUp()
      const pending = await this.pendings.current()
      if (pending === undefined) throw fail('FSIGK_CONFIRM_NOTHING', [])
      const target = await this.revisions.stateAt(pending.revision - 1)
      const what = { type: 'RollBackSettings', origin: 'rollback', target, because, machine } as const
      return await this.save({ actor }, { ...what, at: this.now(), actor }, true)
    })
  }

  /**
   * What changes would do, and what is in the way: nothing is saved.
   *
   * @throws FSIGK_SETTINGS_INVALID, FSIGK_COMMAND_INVALID
   */
  preview(changes: readonly WantedChange[]): Preview {
    const decided = this.decide({ type: 'ChangeSettings', at: this.now(), actor: 'fsigk', origin: 'api', changes })
    const state = decided === undefined ? this.state : evolve(this.state, decided)
    return {
      changes: decided?.changes ?? [],
      diff: this.revisions.difference([`r${this.revision}`, this.state], ['working', state]),
      snapshot: this.revisions.snapshotOf(state),
    }
  }

  /** All that is set, for another installation; `unopened` are secrets whose key is not there. */
  exported(): ExportedState {
    return exportedState(this.state, this.options.catalogue, this.secrets)
  }

  /** What makes the settings those of another installation; the keys of `kept` stay as they are. */
  changesTo(wanted: ReadonlyMap<string, SettingValue>, kept: ReadonlySet<string>): readonly WantedChange[] {
    return changesTo(wanted, kept, this.state, this.options.catalogue)
  }

  /** The revision that changed a setting last; 0 when none did. */
  changedAt(key: string): number {
    return this.state.changedAt.get(key) ?? 0
  }

  /**
   * Who gave settings the values that they had at a revision; see `blame`.
   * @throws FSIGK_REVISION_UNKNOWN
   */
  async blame(keys?: readonly string[], revision = this.revision): Promise<readonly BlameRow[]> {
    const state = revision === this.revision ? this.state : await this.revisions.stateAt(revision)
    return await blame(this.stream, state, keys)
  }

  async history(filter: HistoryFilter = {}): Promise<readonly HistoryEntry[]> {
    return await readHistory(this.stream, filter, await this.pendings.current())
  }

  /**
   * What differs between the files of two revisions, as `diff -u` prints it; `''` when nothing does.
   *
   * @param to the newest unless told
   * @throws FSIGK_REVISION_UNKNOWN
   */
  async diff(from: number, to = this.revision): Promise<string> {
    return await this.revisions.diff(from, to)
  }

  /**
   * The files of conf/ as of a revision, name to text.
   *
   * @param file only this one
   * @throws FSIGK_REVISION_UNKNOWN, FSIGK_PROJECTION_UNKNOWN
   */
  async show(revision = this.revision, file?: string): Promise<ReadonlyMap<string, string>> {
    return await this.revisions.files(revision, file)
  }

  /**
   * The revision that a text names: `12`, `r12`, `-1`, or an ISO date.
   *
   * @throws FSIGK_REVISION_UNKNOWN when it names none
   */
  async resolve(text: string): Promise<number> {
    return await this.revisions.resolve(text)
  }

  /** Calls back after each change, also of others on the same store. Returns how to stop. */
  subscribe(listener: (published: PublishedSettings) => void): () => void {
    this.following ??= this.follow()
    return this.listeners.add(listener)
  }

  /** The catalogue has changed: what is in force under it is published, though nothing was saved. */
  async reinterpret(): Promise<SettingsSnapshot> {
    return await this.serially(async () => {
      this.publish(this.state, [])
      return this.snapshotNow
    })
  }

  /** Takes in what others have saved. */
  async refresh(): Promise<SettingsSnapshot> {
    return await this.serially(async () => {
      await this.catchUp()
      return this.snapshotNow
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stopped.abort()
    await this.following
    await this.queue
  }

  private now(): Date {
    return this.options.now?.() ?? new Date()
  }

  /** Saves of this process go one after the other; those of others are met by the expected version of the append. */
  private async serially<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.queue.then(work)
    this.queue = turn.catch(() => undefined)
    return await turn
  }

  private common({ actor, comment, confirm, approvedBy }: SaveCommand) {
    return { at: this.now(), actor, comment, confirm, approvedBy }
  }

  /** While a revision waits to be confirmed nothing else is saved; that it is given up is no save of its own. */
  private async refuseWhilePending(): Promise<void> {
    const pending = await this.pendings.current()
    if (pending === undefined) return
    throw fail('FSIGK_REVISION_PENDING', [pending.revision, pending.actor, pending.until], { details: pending })
  }

  /** With four eyes, what can run a program or open the gateway needs a second administrator, by whichever door it comes. */
  private refuseUnapproved({ changes }: SettingsEvent): void {
    if (this.snapshotNow.values['config']?.['four_eyes'] !== true) return
    const keys = changes.map(({ key }) => key).filter((key) => this.options.catalogue.find(key)?.dangerous === true)
    if (keys.length > 0) throw fail('FSIGK_APPROVAL_NEEDED', [keys], { details: { keys } })
  }

  private async save(command: SaveCommand, wish: SettingsCommand, givesUp = false): Promise<Saved> {
    for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts++) {
      await this.catchUp()
      const event = this.decide(wish)
      if (event === undefined) return { revision: this.revision, saved: false, changes: [] }
      await this.checkExpected(command.expectedRevision)
      if (command.dryRun === true) return { revision: this.revision, saved: false, changes: event.changes }
      if (!givesUp) {
        await this.refuseWhilePending()
        if (command.approvedBy === undefined) this.refuseUnapproved(event)
      }
      const next = await this.stream.append(this.state, event)
      if (next !== undefined) {
        this.publish(
          next,
          event.changes.map(({ key }) => key),
        )
        return { revision: next.revision, saved: true, changes: event.changes }
      }
    }
    throw fail('FSIGK_REVISION_BUSY', [MAX_ATTEMPTS])
  }

  /** The fact that follows from a wish, undefined when it is so already. @throws what is wrong with the wish */
  private decide(wish: SettingsCommand): SettingsEvent | undefined {
    const fault = commandFault(wish)
    if (fault !== undefined) throw fail('FSIGK_COMMAND_INVALID', [fault.what, fault.rule])
    const sealed =
      wish.type === 'ChangeSettings' ? { ...wish, changes: this.secrets.sealed(wish.changes, this.state) } : wish
    const decided = decide(sealed, this.state, this.options.catalogue)
    if ('refused' in decided) throw wishRefused(wish, decided.refused)
    return decided.events[0]
  }

  private async checkExpected(expectedRevision: number | undefined): Promise<void> {
    const { revision } = this.state
    if (expectedRevision === undefined || expectedRevision === revision) return
    const keys = new Set<string>()
    if (expectedRevision >= 0 && expectedRevision < revision) {
      for await (const { event } of this.stream.since(expectedRevision + 1))
        for (const { key } of event.changes) keys.add(key)
    }
    const details = { revision, expectedRevision, keys: [...keys] }
    throw fail('FSIGK_REVISION_CONFLICT', [revision, expectedRevision, [...keys]], { details })
  }

  private async catchUp(): Promise<void> {
    let state = this.state
    const keys = new Set<string>()
    for await (const { event } of this.stream.since(state.revision + 1)) {
      state = evolve(state, event)
      for (const { key } of event.changes) keys.add(key)
    }
    if (state.revision !== this.state.revision) this.publish(state, [...keys])
  }

  private publish(state: SettingsState, keys: readonly string[]): void {
    this.state = state
    this.snapshotNow = this.revisions.snapshotOf(state)
    this.listeners.tell({ snapshot: this.snapshotNow, keys })
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopped
    try {
      await this.stream.store.subscribe(
        SETTINGS_STREAM,
        this.revision + 1,
        async ({ version }) => {
          if (version > this.revision) await this.refresh()
        },
        { signal },
      )
    } catch (error) {
      this.listeners.fault(error)
    }
  }
}
