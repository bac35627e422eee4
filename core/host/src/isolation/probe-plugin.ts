/** Tries whether the code of a plugin loads and its class can be made, in a process of its own, before it is put to work. */
import type { Log } from '@fsigk/plugin-api'
import { DEADLINES, type Deadlines } from '../plugins/deadline.js'
import type { FoundPlugin } from '../plugins/found-plugin.js'
import { ISOLATION_LIMITS } from './limits.js'
import { type IsolatedKind, PluginInstance } from './plugin-instance.js'

/**
 * The plugin is not started: whether what it talks to is there is another question.
 * @throws FSIGK_PLUGIN_DEPENDENCY, FSIGK_PLUGIN_LOAD, FSIGK_PLUGIN_TIMEOUT, FSIGK_PLUGIN_FAILED
 */
export async function probePlugin(
  found: FoundPlugin & { readonly kind: IsolatedKind },
  surroundings: {
    readonly log: Log
    readonly databases: string
    readonly logs: string
    readonly deadlines?: Partial<Deadlines>
  },
): Promise<void> {
  const { log, databases, logs } = surroundings
  const deadlines = { ...DEADLINES, ...surroundings.deadlines }
  const limits = ISOLATION_LIMITS
  const { kind } = found
  const instance = new PluginInstance({
    found,
    kind,
    isolation: 'process',
    databases,
    logs,
    deadlines,
    limits,
    log,
    tryOnly: true,
  })
  try {
    await instance.ready
  } finally {
    instance.kill('it was tried')
    await instance.ended
  }
}
