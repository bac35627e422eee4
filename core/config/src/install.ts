import { decide } from './domain/decide.js'
import type { SettingsLogOptions } from './settings-log-options.js'
import type { SettingsStream } from './settings-stream.js'

/** The first revision ever. Two processes may open a new home at once: whoever comes second finds revision 1 there. */
export async function install(
  stream: SettingsStream,
  { catalogue, now, installer = 'fsigk' }: SettingsLogOptions,
): Promise<void> {
  const at = now?.() ?? new Date()
  const state = await stream.stateAt(0)
  const decided = decide(
    { type: 'InstallGateway', at, actor: installer, origin: 'install', machine: true },
    state,
    catalogue,
  )
  for (const event of 'events' in decided ? decided.events : []) await stream.append(state, event)
}
