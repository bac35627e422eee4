/** What every suite needs of a plugin: how one is made, and the settings it is tried with. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Call, Lifecycle, Log } from '@fsigk/plugin-api'

export interface PluginUnderTest<R extends Lifecycle> {
  readonly name: string
  /** Makes one that has not been started. Called many times. */
  make(): R
  /** The values of its section. */
  readonly settings: unknown
}

/** How long a step or call may go on after its signal was aborted, in milliseconds. */
export const GRACE_MS = 2_000

/** A log that says nothing. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** A signal that is never aborted. */
export const patience = (): AbortSignal => new AbortController().signal

/** What a plugin is handed with a call. */
export function callWith(settings: unknown, signal = patience(), log: Log = silentLog): Call {
  return { settings, signal, log }
}

/** One that was started, and is stopped on disposal. */
export interface Started<R> extends AsyncDisposable {
  readonly role: R
}

export async function started<R extends Lifecycle>(
  under: PluginUnderTest<R>,
  settings: unknown = under.settings,
): Promise<Started<R>> {
  const role = under.make()
  await role.start?.(settings, patience())
  return {
    role,
    async [Symbol.asyncDispose]() {
      await role.stop?.(patience())
    },
  }
}

/** How something ended: by itself, whichever way, or not within `limitMs`. */
export async function ending(work: Promise<unknown>, limitMs = GRACE_MS): Promise<'resolved' | 'rejected' | 'late'> {
  const over = new AbortController()
  const late = delay(limitMs, 'late' as const, { signal: over.signal }).catch(() => 'late' as const)
  const ended = work.then(
    () => 'resolved' as const,
    () => 'rejected' as const,
  )
  try {
    return await Promise.race([ended, late])
  } finally {
    over.abort()
  }
}
