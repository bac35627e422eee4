/** One plugin from its import to its disposal: loaded, constructed in its own scope, started, reloaded, stopped. */
import { pathToFileURL } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import type { Lifecycle, PluginDefinition, PluginKind, RoleOf } from '@fsigk/plugin-api'
import type { DependencyContainer } from 'tsyringe'
import { fail, messageOf } from '../errors.js'
import { type Deadlines, withinDeadline } from './deadline.js'
import type { FoundPlugin } from './found-plugin.js'
import { type PluginDependencies, pluginContainer } from './plugin-container.js'
import type { StartedPlugin } from './started-plugin.js'

export class RunningPlugin<K extends PluginKind = PluginKind> implements StartedPlugin<K> {
  private constructor(
    readonly found: FoundPlugin,
    readonly role: RoleOf[K],
    /** The section that its settings stand in. */
    readonly section: string,
    private readonly scope: DependencyContainer,
    private readonly deadlines: Deadlines,
    private settings: unknown,
  ) {}

  /**
   * @param settings the values of the plugin's own section, frozen
   * @throws FSIGK_PLUGIN_KIND, FSIGK_PLUGIN_LOAD, FSIGK_PLUGIN_TIMEOUT, FSIGK_PLUGIN_FAILED. Nothing of it is left running
   */
  static async start<K extends PluginKind>(
    found: FoundPlugin,
    kind: K,
    settings: unknown,
    dependencies: PluginDependencies,
    deadlines: Deadlines,
  ): Promise<RunningPlugin<K>> {
    const definition = await load(found, kind, deadlines)
    const scope = pluginContainer(dependencies)
    const role = construct(found, definition, scope)
    const plugin = new RunningPlugin<K>(found, role, definition.section, scope, deadlines, settings)
    try {
      await plugin.#step('start', async (signal) => plugin.#lifecycle.start?.(settings, signal))
      return plugin
    } catch (error) {
      // A start that failed half-way may hold what only stop() gives back.
      await plugin.stop().catch(() => {})
      throw error
    }
  }

  /**
   * Tells the plugin its new settings, when they are new or when it should look at its files again.
   * @throws FSIGK_PLUGIN_TIMEOUT, FSIGK_PLUGIN_FAILED
   */
  async reload(settings: unknown, again = false): Promise<void> {
    if (!again && isDeepStrictEqual(settings, this.settings)) return
    await this.#step('reload', async (signal) => this.#lifecycle.reload?.(settings, signal))
    this.settings = settings
  }

  /** @throws FSIGK_PLUGIN_TIMEOUT, FSIGK_PLUGIN_FAILED; the plugin's scope is disposed all the same */
  async stop(): Promise<void> {
    try {
      await this.#step('stop', async (signal) => this.#lifecycle.stop?.(signal))
    } finally {
      await this.scope.dispose()
    }
  }

  get #lifecycle(): Lifecycle {
    return this.role
  }

  #step(step: 'start' | 'reload' | 'stop', run: (signal: AbortSignal) => Promise<void>): Promise<void> {
    return withinDeadline(this.found.id, step, this.deadlines, run)
  }
}

/**
 * Loads a plugin's code as the host does, and gives how an instance of it is made, each in a scope of its own. None is
 * started: this is for trying plugins, not for running them.
 *
 * @throws FSIGK_PLUGIN_KIND, FSIGK_PLUGIN_LOAD, FSIGK_PLUGIN_TIMEOUT, FSIGK_PLUGIN_FAILED
 */
export async function loadPlugin<K extends PluginKind>(
  found: FoundPlugin,
  kind: K,
  dependencies: PluginDependencies,
  deadlines: Deadlines,
): Promise<{ readonly definition: PluginDefinition<K>; readonly make: () => RoleOf[K] }> {
  const definition = await load(found, kind, deadlines)
  return { definition, make: () => construct(found, definition, pluginContainer(dependencies)) }
}

async function load<K extends PluginKind>(found: FoundPlugin, kind: K, deadlines: Deadlines) {
  if (found.kind !== kind) throw fail('FSIGK_PLUGIN_KIND', [found.id, found.kind, kind])
  const module = await withinDeadline(
    found.id,
    'load',
    deadlines,
    async () => (await import(pathToFileURL(found.entry).href)) as { default?: Partial<PluginDefinition<K>> },
  ).catch((error: unknown) => {
    throw missingImport(found.id, error) ?? error
  })
  const definition = module.default
  if (definition?.kind !== kind || typeof definition.plugin !== 'function')
    throw fail('FSIGK_PLUGIN_LOAD', [found.id, `its default export is not definePlugin({ kind: '${kind}', … })`])
  if (found.section !== undefined && definition.section !== found.section)
    throw fail('FSIGK_PLUGIN_LOAD', [
      found.id,
      `its code says section '${definition.section}', its settings schema '${found.section}'`,
    ])
  return definition as PluginDefinition<K>
}

/** What it imports and is not there. */
function missingImport(id: string, error: unknown): unknown {
  const { code, message } = ((error as Error).cause ?? {}) as Partial<NodeJS.ErrnoException>
  if (code !== 'ERR_MODULE_NOT_FOUND') return undefined
  const [, what, name] = /^Cannot find (package|module) '([^']+)'/.exec(message ?? '') ?? []
  return fail('FSIGK_PLUGIN_DEPENDENCY', [id, `the ${what ?? 'module'} '${name ?? '?'}'`], { cause: error })
}

function construct<K extends PluginKind>(
  found: FoundPlugin,
  definition: PluginDefinition<K>,
  scope: DependencyContainer,
): RoleOf[K] {
  try {
    return scope.resolve(definition.plugin)
  } catch (cause) {
    throw fail('FSIGK_PLUGIN_LOAD', [found.id, messageOf(cause)], { cause })
  }
}
