/** The facts of the stream `settings`: one event for each save, so that a revision is the version of one event. */
import { SETTINGS_EVENT_SCHEMA } from '@fsigk/migrations'
import type { NewEvent, StoredEvent } from 'eventstore-lite'
import { z } from 'zod'
import type { SettingValue } from './definition.js'

export const SETTINGS_STREAM = 'settings'

export const origins = ['console', 'cli', 'file', 'api', 'rollback', 'install'] as const
/** By which door a change came. */
export type Origin = (typeof origins)[number]

/** One setting before and after; `null` is unset, which means its default. */
export interface SettingChange {
  readonly key: string
  readonly from: SettingValue | null
  readonly to: SettingValue | null
}

export interface EventMeta {
  /** ISO 8601, UTC. */
  readonly at: string
  readonly actor: string
  readonly origin: Origin
  readonly comment: string | null
  /** Made by the gateway by itself: the first revision, the end of a confirm. */
  readonly machine: boolean
  /** The second administrator, where a change needed one (`config.four_eyes`). */
  readonly approvedBy: string | null
}

/** The gateway goes back by itself unless somebody confirms. */
export interface ConfirmTerms {
  /** ISO 8601, UTC. */
  readonly until: string
  /** What makes it go back before that. */
  readonly guards: readonly string[]
}

interface CommonEvent {
  readonly changes: readonly SettingChange[]
  readonly confirm?: ConfirmTerms
  readonly meta: EventMeta
}

export type SettingsEvent =
  /** The first start: everything is at its default. */
  | ({ readonly type: 'GatewayInstalled' } & CommonEvent)
  | ({ readonly type: 'SettingsChanged' } & CommonEvent)
  /** Back to the settings of a revision, or one of them. */
  | ({
      readonly type: 'SettingsRolledBack'
      readonly toRevision: number
      /** When one key was rolled back rather than all. */
      readonly key?: string
      /** Why the gateway did it by itself: `time`, `guard: …`. */
      readonly because?: string
    } & CommonEvent)
  /** One revision undone, what came later kept. */
  | ({ readonly type: 'SettingsReverted'; readonly ofRevision: number; readonly key?: string } & CommonEvent)

const value = z.union([z.boolean(), z.number(), z.string()]).nullable()
const data = {
  changes: z.array(z.object({ key: z.string(), from: value, to: value })),
  confirm: z.object({ until: z.iso.datetime(), guards: z.array(z.string()) }).exactOptional(),
}
const meta = z.object({
  at: z.iso.datetime(),
  actor: z.string(),
  origin: z.enum(origins),
  comment: z.string().nullable(),
  machine: z.boolean(),
  approvedBy: z.string().nullable(),
})
const revision = z.int().positive()
const key = z.string().exactOptional()
const stored = z.discriminatedUnion('type', [
  z.object({ type: z.literal('GatewayInstalled'), data: z.object(data), meta }),
  z.object({ type: z.literal('SettingsChanged'), data: z.object(data), meta }),
  z.object({
    type: z.literal('SettingsRolledBack'),
    data: z.object({ ...data, toRevision: revision, key, because: z.string().exactOptional() }),
    meta,
  }),
  z.object({ type: z.literal('SettingsReverted'), data: z.object({ ...data, ofRevision: revision, key }), meta }),
])

/** The event as the store keeps it, in the shape that the last upcast in `migrations/` leads to. */
export function toStored(event: SettingsEvent): NewEvent {
  const { type, meta, confirm, ...data } = event
  return {
    type,
    schema: SETTINGS_EVENT_SCHEMA,
    data: {
      ...data,
      changes: event.changes.map((change) => ({ ...change })),
      ...(confirm !== undefined && { confirm: { until: confirm.until, guards: [...confirm.guards] } }),
    },
    meta: { ...meta },
  }
}

/**
 * Reads an event of today's schema.
 *
 * @returns the event, or why it cannot be one
 */
export function fromStored(
  event: Pick<StoredEvent, 'type' | 'data' | 'meta'>,
): SettingsEvent | { readonly fault: string } {
  const parsed = stored.safeParse(event)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    return { fault: `${issue?.path.join('.') ?? 'event'}: ${issue?.message ?? 'not valid'}` }
  }
  const { type, data, meta } = parsed.data
  return { type, ...data, meta } as SettingsEvent
}
