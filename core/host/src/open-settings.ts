/**
 * Opens the settings of a home: the plugins that declare some, the store, the log over it, and the files of conf/ that
 * show it. Whoever calls this holds the lock of the home.
 */
import { join } from 'node:path'
import {
  allShippedTemplates,
  type Catalogue,
  OPERATIONS_STREAM,
  OperationsLog,
  SettingsLog,
  type SettingsSnapshot,
} from '@fsigk/config'
import type { Log } from '@fsigk/plugin-api'
import { type EventStore, openSqliteStore } from 'eventstore-lite'
import { ConfFiles } from './conf-files/conf-files.js'
import type { Home } from './home.js'
import { type FoundPlugins, findPlugins } from './plugins/find-plugins.js'
import { catalogueOf, changesOf, type PluginChanges } from './plugins/known-plugins.js'
import { Proposals } from './proposals.js'
import { homeSealer } from './secrets/home-sealer.js'
import { NamedStore, namedError } from './store-care/damage.js'
import { type StoreReport, verifyOpenStore } from './store-care/store-report.js'
import { WorkingCopies } from './working-copy.js'

export interface OpenedSettings extends FoundPlugins, AsyncDisposable {
  readonly log: SettingsLog
  readonly catalogue: Catalogue
  readonly home: Home
  /** Changes that administrators gather before they save them. */
  readonly edits: WorkingCopies
  /** Changes that wait for a second administrator. */
  readonly proposals: Proposals
  /** Facts that are not wishes. */
  readonly operations: OperationsLog
  /** Why the files of conf/ are not those of the newest revision. */
  readonly filesProblem: string | undefined
  readonly confFiles: ConfFiles
  /**
   * Looks for plugins again, and takes those that there are now. Values of a plugin that is gone are kept, and come back
   * with it. The files of conf/ and the services are the caller's to bring there.
   */
  rediscover(): Promise<PluginChanges>
  /** Brings the files of conf/ to a snapshot. A failure is a problem to show, not an error: the store is the truth. */
  project(snapshot: SettingsSnapshot): Promise<void>
  /** Reads all of the store and tells whether it is whole. */
  verify(): Promise<StoreReport>
}

/**
 * @param installation the product's folder, with `plugins/` and `conf/templates/`
 * @throws FSIGK_STORE_DAMAGED, FSIGK_STORE_NEWER and what else the store says when it cannot be opened, FSIGK_TEMPLATE_UNREADABLE
 */
export async function openSettings(home: Home, installation: string, log: Log): Promise<OpenedSettings> {
  try {
    return await openAll(home, installation, log)
  } catch (cause) {
    throw namedError(cause, home.storeFile, false)
  }
}

async function openAll(home: Home, installation: string, log: Log): Promise<OpenedSettings> {
  await using resources = new AsyncDisposableStack()
  const shipped = join(installation, 'plugins')
  const find = () => findPlugins([shipped, home.plugins], shipped)
  let found = await find()
  const catalogue = catalogueOf(found)
  const templates = await allShippedTemplates(join(installation, 'conf', 'templates'))
  const store = resources.use(new NamedStore(await openSqliteStore(home.storeFile), home.storeFile))
  await checkNewestFacts(store)
  const settings = resources.use(
    await SettingsLog.open({ store, catalogue, templates, sealer: homeSealer(home.secretKey) }),
  )
  const files = new ConfFiles({ folder: home.conf, log: settings, catalogue, templates }, log)
  await files.project(settings.current)
  const owned = resources.move()
  return {
    get plugins() {
      return found.plugins
    },
    get leftOut() {
      return found.leftOut
    },
    log: settings,
    catalogue,
    home,
    edits: new WorkingCopies(home.edits),
    proposals: new Proposals(home.proposals),
    operations: new OperationsLog(store),
    get filesProblem() {
      return files.problem
    },
    confFiles: files,
    verify: () => verifyOpenStore(home.storeFile),
    async rediscover() {
      const before = found
      const now = await find()
      catalogue.become(catalogueOf(now))
      found = now
      await settings.reinterpret()
      return changesOf(before, now)
    },
    project: (snapshot) => files.project(snapshot),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** So many are looked at when the store is opened; `fsigk config verify` looks at all. */
const FACTS_CHECKED = 100

async function checkNewestFacts(store: EventStore): Promise<void> {
  for await (const _ of store.read(OPERATIONS_STREAM, { direction: 'backward', limit: FACTS_CHECKED }));
}
