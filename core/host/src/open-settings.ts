/**
 * Opens the settings of a home: the plugins that declare some, the store, the log over it, and the files of conf/ that
 * show it. Whoever calls this holds the lock of the home.
 */
import { join } from 'node:path'
import {
  allShippedTemplates,
  Catalogue,
  coreSections,
  OperationsLog,
  projectFiles,
  SettingsLog,
  type SettingsSnapshot,
  writeProjections,
} from '@fsigk/config'
import type { Log } from '@fsigk/plugin-api'
import { openSqliteStore, StoreDamaged } from 'eventstore-lite'
import { fail, messageOf } from './errors.js'
import type { Home } from './home.js'
import { type FoundPlugins, findPlugins } from './plugins/find-plugins.js'

export interface OpenedSettings extends FoundPlugins, AsyncDisposable {
  readonly log: SettingsLog
  readonly catalogue: Catalogue
  /** Facts that are not wishes. */
  readonly operations: OperationsLog
  /** Why the files of conf/ are not those of the newest revision. */
  readonly filesProblem: string | undefined
  /** Files of conf/ that somebody had edited, and what they are kept as. */
  readonly editedFiles: readonly EditedFile[]
  /** Brings the files of conf/ to a snapshot. A failure is a problem to show, not an error: the store is the truth. */
  project(snapshot: SettingsSnapshot): Promise<void>
}

export interface EditedFile {
  readonly name: string
  readonly keptAs: string
}

/**
 * @param installation the product's folder, with `plugins/` and `conf/templates/`
 * @throws FSIGK_STORE_DAMAGED and what else the store says when it cannot be opened, FSIGK_TEMPLATE_UNREADABLE
 */
export async function openSettings(home: Home, installation: string, log: Log): Promise<OpenedSettings> {
  try {
    return await openAll(home, installation, log)
  } catch (cause) {
    if (cause instanceof StoreDamaged) throw fail('FSIGK_STORE_DAMAGED', [home.storeFile, cause.message], { cause })
    throw cause
  }
}

async function openAll(home: Home, installation: string, log: Log): Promise<OpenedSettings> {
  await using resources = new AsyncDisposableStack()
  const shipped = join(installation, 'plugins')
  const found = await findPlugins([shipped, home.plugins], shipped)
  const catalogue = Catalogue.of([...coreSections, ...found.plugins.flatMap(({ schema }) => schema ?? [])])
  const templates = await allShippedTemplates(join(installation, 'conf', 'templates'))
  const store = resources.use(await openSqliteStore(home.storeFile))
  const settings = resources.use(await SettingsLog.open({ store, catalogue, templates }))
  const files = new ProjectedFiles(home.conf, catalogue, log)
  await files.project(settings.current)
  const owned = resources.move()
  return {
    ...found,
    log: settings,
    catalogue,
    operations: new OperationsLog(store),
    get filesProblem() {
      return files.problem
    },
    get editedFiles() {
      return files.edited
    },
    project: (snapshot) => files.project(snapshot),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Of edited files, so many are remembered, the newest. */
const MAX_EDITED = 20

class ProjectedFiles {
  problem: string | undefined
  edited: readonly EditedFile[] = []
  /** Only one writes at a time, and the newest last. */
  #turn: Promise<void> = Promise.resolve()

  constructor(
    private readonly folder: string,
    private readonly catalogue: Catalogue,
    private readonly log: Log,
  ) {}

  project(snapshot: SettingsSnapshot): Promise<void> {
    this.#turn = this.#turn.then(() => this.#write(snapshot))
    return this.#turn
  }

  async #write(snapshot: SettingsSnapshot): Promise<void> {
    try {
      const { kept } = await writeProjections(this.folder, projectFiles(snapshot, this.catalogue))
      for (const file of kept) this.log.warn('edited file kept', { ...file })
      this.edited = [...this.edited, ...kept].slice(-MAX_EDITED)
      this.problem = undefined
    } catch (error) {
      this.problem = messageOf(error)
      this.log.error('files not written', { revision: snapshot.revision, error })
    }
  }
}
