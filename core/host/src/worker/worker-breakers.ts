import type { BreakerState, BreakerStates } from '../ipc/messages.js'

/** The breakers of plugins as the supervisor last told them. */
export class WorkerBreakers {
  constructor(private states: BreakerStates) {}

  of(plugin: string): BreakerState {
    return this.states.get(plugin) ?? 'closed'
  }

  set(states: BreakerStates): void {
    this.states = states
  }
}
