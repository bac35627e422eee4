/** Reading the settings of any revision: as a snapshot, as files, as differences, as history. Changes nothing. */
import type { Catalogue } from './domain/catalogue.js'
import { isBroken } from './domain/definition.js'
import type { SettingsEvent } from './domain/events.js'
import { parseRevision } from './domain/revision-reference.js'
import { cut, printable } from './domain/shown.js'
import { type SettingsSnapshot, settingsSnapshot } from './domain/snapshot.js'
import type { SettingsState } from './domain/state.js'
import type { ShippedTemplates } from './domain/templates.js'
import { unifiedDiff } from './domain/unified-diff.js'
import { fail } from './errors.js'
import { projectFiles } from './projections/project-files.js'
import type { SettingsStream } from './settings-stream.js'

export class Revisions {
  constructor(
    private readonly stream: SettingsStream,
    private readonly catalogue: Catalogue,
    private readonly templates: ShippedTemplates,
  ) {}

  snapshotOf(state: SettingsState): SettingsSnapshot {
    return settingsSnapshot(state, this.catalogue, this.templates)
  }

  /** @throws FSIGK_REVISION_UNKNOWN */
  async stateAt(revision: number): Promise<SettingsState> {
    return await this.stream.stateAt(await this.existing(revision))
  }

  /** @throws FSIGK_REVISION_UNKNOWN */
  async event(revision: number): Promise<SettingsEvent> {
    const event = await this.stream.event(await this.existing(revision))
    if (event === undefined) throw fail('FSIGK_REVISION_UNKNOWN', [`r${revision}`, 'it is not in the store'])
    return event
  }

  /** @throws FSIGK_REVISION_UNKNOWN */
  async snapshot(revision: number): Promise<SettingsSnapshot> {
    return this.snapshotOf(await this.stateAt(revision))
  }

  /**
   * The files of conf/ as of a revision, or one of them.
   *
   * @throws FSIGK_REVISION_UNKNOWN, FSIGK_PROJECTION_UNKNOWN
   */
  async files(revision: number, file?: string): Promise<ReadonlyMap<string, string>> {
    const files = this.texts(await this.stateAt(revision))
    if (file === undefined) return files
    const text = files.get(file)
    if (text === undefined) throw fail('FSIGK_PROJECTION_UNKNOWN', [printable(cut(file)), [...files.keys()].join(', ')])
    return new Map([[file, text]])
  }

  /**
   * What differs between the files of two revisions, as `diff -u` prints it; `''` when nothing does.
   *
   * @throws FSIGK_REVISION_UNKNOWN
   */
  async diff(from: number, to: number): Promise<string> {
    return this.difference([`r${from}`, await this.stateAt(from)], [`r${to}`, await this.stateAt(to)])
  }

  /** As `diff`, of settings that need not be those of a revision. */
  difference(
    [fromName, from]: readonly [string, SettingsState],
    [toName, to]: readonly [string, SettingsState],
  ): string {
    const before = this.texts(from)
    return [...this.texts(to)]
      .map(([name, text]) => unifiedDiff(`${fromName}/${name}`, `${toName}/${name}`, before.get(name) ?? '', text))
      .join('')
  }

  /** As text for people: a byte that is no UTF-8 is shown as U+FFFD. */
  private texts(state: SettingsState): ReadonlyMap<string, string> {
    const projected = projectFiles(this.snapshotOf(state), this.catalogue)
    return new Map([...projected].map(([name, bytes]) => [name, bytes.toString('utf8')]))
  }

  /**
   * The revision that a text names: `12`, `r12`, `-1`, or an ISO date.
   *
   * @throws FSIGK_REVISION_UNKNOWN when it names none
   */
  async resolve(text: string): Promise<number> {
    const reference = parseRevision(text)
    if (isBroken(reference))
      throw fail('FSIGK_REVISION_UNKNOWN', [`'${printable(cut(text))}'`, `a revision ${reference.rule}`])
    switch (reference.by) {
      case 'number':
        return await this.existing(reference.revision)
      case 'back':
        return await this.existing((await this.stream.newest()) - reference.steps, text)
      case 'date':
        return await this.asOf(reference.at, text)
    }
  }

  private async asOf(at: Date, text: string): Promise<number> {
    for await (const { revision, event } of this.stream.backFrom()) {
      if (Date.parse(event.meta.at) <= at.getTime()) return revision
    }
    throw fail('FSIGK_REVISION_UNKNOWN', [`as of ${text}`, 'the first one was saved later'])
  }

  private async existing(revision: number, asked = `r${revision}`): Promise<number> {
    const newest = await this.stream.newest()
    if (Number.isSafeInteger(revision) && revision >= 1 && revision <= newest) return revision
    throw fail('FSIGK_REVISION_UNKNOWN', [asked, newest === 1 ? 'there is r1 alone' : `there are r1 to r${newest}`])
  }
}
