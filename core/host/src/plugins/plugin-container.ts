import { Clock, Folders, Log } from '@fsigk/plugin-api'
import { type DependencyContainer, container as root } from 'tsyringe'

/** What a plugin's constructor can ask for. */
export interface PluginDependencies {
  readonly log: Log
  readonly clock: Clock
  readonly folders: Folders
}

/**
 * The scope of one plugin. A child of tsyringe's root, since the library makes containers no other way; nothing is ever
 * registered in the root, so that no plugin sees what another one is given.
 */
export function pluginContainer({ log, clock, folders }: PluginDependencies): DependencyContainer {
  return root
    .createChildContainer()
    .register<Log>(Log, { useValue: log })
    .register<Clock>(Clock, { useValue: clock })
    .register<Folders>(Folders, { useValue: folders })
}
