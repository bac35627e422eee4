/**
 * The files of conf/ while somebody holds the home: written for each revision, one writer at a time and the newest last.
 * Files that somebody edited are left alone until they are taken in or restored.
 */
import {
  faces,
  type KeptFile,
  type SettingsSnapshot,
  type WriteOptions,
  writeProjections,
  writtenFiles,
} from '@fsigk/config'
import type { Log } from '@fsigk/plugin-api'
import { fail, messageOf } from '../errors.js'
import { ConfWatch } from './conf-watch.js'
import { whyNot } from './edited-file.js'
import { HandEdits, type HandEditsParts } from './hand-edits.js'

/** A file of conf/ whose content is not in force. */
export interface NotInForce {
  readonly name: string
  readonly because: string
}

export class ConfFiles {
  readonly edits: HandEdits
  /** Why files are not those of the newest revision, other than by being edited. */
  problem: string | undefined
  /** Files that somebody edited, as of the last look. */
  edited: readonly NotInForce[] = []
  #turn: Promise<unknown> = Promise.resolve()
  #told = new Set<string>()

  constructor(
    private readonly parts: HandEditsParts,
    private readonly structuredLog: Log,
  ) {
    this.edits = new HandEdits(parts)
  }

  /**
   * Brings the files to a snapshot. A failure is a problem to show, not an error: the store is the truth.
   *
   * @param taken hashes of edited files whose content is in the settings now
   */
  async project(snapshot: SettingsSnapshot, taken?: ReadonlyMap<string, string>): Promise<void> {
    await this.#inTurn(async () => {
      await this.#write(snapshot, { edited: 'leave', ...(taken !== undefined && { taken }) })
      await this.#notice()
    })
  }

  /** Looks again: files that are gone or of old are written, edited ones noticed. */
  async look(): Promise<void> {
    await this.project(this.parts.log.current)
  }

  /** Looks whenever somebody changes a file, until disposed. */
  watch(): AsyncDisposable {
    return new ConfWatch(this.parts.folder, () => this.look(), this.structuredLog)
  }

  /**
   * Puts the projection back in the place of edited files, which get another name.
   *
   * @param names all that are edited, unless told
   * @throws FSIGK_CONF_FILE_UNKNOWN, FSIGK_PROJECTION_NOT_WRITTEN
   */
  async restore(names?: readonly string[]): Promise<readonly KeptFile[]> {
    const { log, catalogue, folder } = this.parts
    const shown = faces.filter((face) => face.isShown(catalogue)).map(({ file }) => file)
    const unknown = names?.find((name) => !shown.includes(name))
    if (unknown !== undefined) throw fail('FSIGK_CONF_FILE_UNKNOWN', [unknown, shown.join(', ')])
    return await this.#inTurn(async () => {
      const all = writtenFiles(log.current, catalogue, log.secrets)
      const files = new Map([...all].filter(([name]) => names === undefined || names.includes(name)))
      const { kept } = await writeProjections(folder, files, { revision: log.revision })
      for (const file of kept) this.structuredLog.info('edited file set aside', { ...file })
      await this.#notice()
      return kept
    })
  }

  async #write(snapshot: SettingsSnapshot, options: WriteOptions): Promise<void> {
    const { folder, log, catalogue } = this.parts
    const { revision } = snapshot
    try {
      const { rewritten } = await writeProjections(folder, writtenFiles(snapshot, catalogue, log.secrets), {
        ...options,
        revision,
      })
      for (const name of rewritten) this.structuredLog.warn('file was gone and is written again', { name })
      this.problem = undefined
    } catch (error) {
      this.problem = messageOf(error)
      this.structuredLog.error('files not written', { revision, error })
    }
  }

  /** Each edit is told once in the log, however often it is looked at. */
  async #notice(): Promise<void> {
    try {
      const edited = await this.edits.edited()
      const told = new Set<string>()
      this.edited = edited.map((file) => {
        const because = whyNot(file, {}) ?? "not taken in yet: 'fsigk config import' does"
        const telling = `${file.name} ${file.hash ?? ''} ${because}`
        if (!this.#told.has(telling))
          this.structuredLog.warn('file edited by hand', { name: file.name, owner: file.owner, because })
        told.add(telling)
        return { name: file.name, because }
      })
      this.#told = told
    } catch (error) {
      this.structuredLog.error('files not compared', { error })
    }
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => {})
    return await turn
  }
}
