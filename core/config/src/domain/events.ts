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
}

export type SettingsEvent =
  /** The first start: everything is at its default. */
  | { readonly type: 'GatewayInstalled'; readonly changes: readonly SettingChange[]; readonly meta: EventMeta }
  | { readonly type: 'SettingsChanged'; readonly changes: readonly SettingChange[]; readonly meta: EventMeta }
  | {
      readonly type: 'SettingsRolledBack'
      readonly toRevision: number
      /** When one key was rolled back rather than all. */
      readonly key?: string
      readonly changes: readonly SettingChange[]
      readonly meta: EventMeta
    }

const value = z.union([z.boolean(), z.number(), z.string()]).nullable()
const changes = z.array(z.object({ key: z.string(), from: value, to: value }))
const meta = z.object({
  at: z.iso.datetime(),
  actor: z.string(),
  origin: z.enum(origins),
  comment: z.string().nullable(),
})
const stored = z.discriminatedUnion('type', [
  z.object({ type: z.literal('GatewayInstalled'), data: z.object({ changes }), meta }),
  z.object({ type: z.literal('SettingsChanged'), data: z.object({ changes }), meta }),
  z.object({
    type: z.literal('SettingsRolledBack'),
    data: z.object({ toRevision: z.int().positive(), key: z.string().exactOptional(), changes }),
    meta,
  }),
])

/** The event as the store keeps it, in the shape that the last upcast in `migrations/` leads to. */
export function toStored(event: SettingsEvent): NewEvent {
  const { type, meta, ...data } = event
  return {
    type,
    schema: SETTINGS_EVENT_SCHEMA,
    data: { ...data, changes: event.changes.map((change) => ({ ...change })) },
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
