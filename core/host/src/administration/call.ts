/** What one call of `Administration` is: what may be asked, and how it is answered by whoever holds the lock of the home. */
import type { SettingsSnapshot } from '@fsigk/config'
import { z } from '@fsigk/plugin-api'
import { fail } from '../errors.js'
import type { OpenedSettings } from '../open-settings.js'
import type { FoundPlugin } from '../plugins/found-plugin.js'
import type { PluginChanges } from '../plugins/known-plugins.js'
import type { GatewayStatus, ServiceApplied } from './administration.js'

/** What becomes of a save once it is stored. */
export interface Running {
  /** Hands new settings to the services, and tells how far they came. */
  apply(snapshot: SettingsSnapshot): Promise<readonly ServiceApplied[]>
  /** Hands plugins that were looked for again, and the settings under them, to the services. */
  usePlugins(changes: PluginChanges, snapshot: SettingsSnapshot): Promise<readonly ServiceApplied[]>
  /** Whether a plugin can be put to work, as far as its code goes. Nothing runs on the home: not asked. @throws why not */
  tryPlugin?(found: FoundPlugin): Promise<void>
  status(): GatewayStatus
  /** Looks whether a revision waits to be confirmed, and watches over it. */
  watch(): Promise<void>
  /** Nothing is saved any more then. */
  isStopping(): boolean
}

/** What an answer is made of. */
export interface AdministrationRoom {
  readonly settings: OpenedSettings
  readonly running: Running
  /**
   * One save after the other, each applied before the next one is stored, so that each report tells of its own.
   * @throws FSIGK_STOPPING
   */
  inTurn<T>(work: () => Promise<T>): Promise<T>
  /** Resolves when no save is under way. */
  idle(): Promise<void>
}

/** Asks the gateway that runs on the home, over its control socket. */
export type Ask = (request: unknown) => Promise<unknown>

export interface Call<Q, A = unknown> {
  /** Checked where a request comes in from outside. A request is bounded as a whole; words are judged by whoever knows them. */
  readonly request: z.ZodType<Q>
  answer(room: AdministrationRoom, request: Q): Promise<A>
  /** How it is asked of a running gateway; at once and whole unless told. */
  readonly remotely?: (ask: Ask, request: Q) => Promise<A>
}

export function call<Q, A>(
  request: z.ZodType<Q>,
  answer: (room: AdministrationRoom, request: Q) => Promise<A>,
  remotely?: (ask: Ask, request: Q) => Promise<A>,
): Call<Q, A> {
  return { request, answer, ...(remotely !== undefined && { remotely }) }
}

/** Of calls that need to know nothing. */
export const nothing: z.ZodType<object> = z.strictObject({})

/** @throws FSIGK_CONTROL_REQUEST naming the first member that is not as it must be */
export function parsed<T>(schema: z.ZodType<T>, params: unknown): T {
  const result = schema.safeParse(params)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw fail('FSIGK_CONTROL_REQUEST', [`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`])
}
