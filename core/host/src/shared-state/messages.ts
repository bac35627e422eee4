/** What a worker's shared state asks of the supervisor's, and what comes back. JSON-able. */
import { z } from '@fsigk/plugin-api'
import { MAX_NAME_LENGTH, MAX_TEXT_BYTES } from './shared-state-limits.js'

const name = z.string().max(MAX_NAME_LENGTH)
const value = z.union([z.string().max(MAX_TEXT_BYTES), z.number(), z.boolean()])
const durationMs = z.number().positive()

export const sharedRequest = z.discriminatedUnion('does', [
  z.object({ does: z.literal('lease'), name, limit: z.int().positive() }),
  z.object({ does: z.literal('release'), name }),
  z.object({ does: z.literal('count'), name, by: z.number(), windowMs: durationMs }),
  z.object({ does: z.literal('get'), name }),
  z.object({ does: z.literal('set'), name, value, ttlMs: durationMs }),
  z.object({ does: z.literal('delete'), name }),
  z.object({ does: z.literal('claim'), name }),
  z.object({ does: z.literal('settle'), name, value: value.optional(), ttlMs: durationMs }),
])
export type SharedRequest = z.infer<typeof sharedRequest>

/** `yours`: whoever claimed must settle, and nobody else computes meanwhile. */
export type SharedReply =
  | { readonly is: 'done' }
  | { readonly is: 'value'; readonly value: string | number | boolean | undefined; readonly expiresInMs: number }
  | { readonly is: 'leased'; readonly granted: boolean }
  | { readonly is: 'count'; readonly sum: number }
  | { readonly is: 'yours' }
  | { readonly is: 'refused'; readonly limit: number; readonly what: string }
