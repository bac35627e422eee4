/** What the host and an isolated plugin say to each other, over the port of a thread or the channel of a process. */
import { type PluginKind, z } from '@fsigk/plugin-api'
import type { Deadlines } from '../plugins/deadline.js'
import type { FoundPlugin } from '../plugins/found-plugin.js'

/** A content as it crosses: its bytes when they are few, else the file that holds them. */
export interface CrossingContent {
  readonly bytes: number
  readonly name: string
  readonly type: string
  readonly memory: Uint8Array | undefined
  readonly path: string | undefined
}

export type LogName = 'access' | 'detect' | 'error' | 'info'

/** Lines for a log sink. */
export interface LogWrite {
  readonly log: LogName
  readonly service: string
  readonly lines: string
}

/** What a plugin is asked to do: the hook of its role, and what that is called with, without settings, signal and log. */
export type Work =
  | { readonly hook: 'scan'; readonly content: CrossingContent }
  | {
      readonly hook: 'judge'
      readonly content: CrossingContent
      readonly peerAddress: string
      readonly mailFrom: string
      readonly rcptTo: readonly string[]
    }
  | {
      readonly hook: 'authenticate'
      readonly service: string
      readonly user: string
      readonly password: string
      readonly peerAddress: string
    }
  | {
      readonly hook: 'notify'
      readonly from: string
      readonly to: readonly string[]
      readonly headers: string
      readonly text: string
      readonly server: { readonly host: string; readonly port: number }
    }
  | { readonly hook: 'write'; readonly writes: readonly LogWrite[] }

export type Hook = Work['hook']

export type ToPlugin =
  | {
      readonly is: 'begin'
      readonly found: FoundPlugin
      readonly kind: Exclude<PluginKind, 'protocol'>
      readonly settings: unknown
      readonly databases: string
      readonly logs: string
      readonly spool: string | undefined
      /** Loads and makes it, and starts nothing. */
      readonly tryOnly: boolean
      readonly deadlines: Deadlines
    }
  | {
      readonly is: 'call'
      readonly call: number
      readonly work: Work
      readonly settings: unknown
      readonly session: string | undefined
    }
  | { readonly is: 'abort'; readonly call: number }
  | { readonly is: 'reload'; readonly settings: unknown; readonly again: boolean }
  | { readonly is: 'stop' }
  | { readonly is: 'beat' }

const text = z.string().max(4_096)
const call = z.int().nonnegative()
const because = { code: text, because: text }

/** A plugin's code runs where these are made, so each is checked like anything from outside. */
export const fromPlugin = z.discriminatedUnion('is', [
  z.object({ is: z.literal('ready'), section: text, definitions: text }),
  z.object({ is: z.literal('failed'), ...because }),
  z.object({ is: z.literal('answered'), call, answer: z.unknown(), definitions: text }),
  z.object({ is: z.literal('refused'), call, ...because }),
  z.object({ is: z.literal('reloaded'), definitions: text }),
  z.object({ is: z.literal('notReloaded'), ...because }),
  z.object({ is: z.literal('stopped'), because: text.optional() }),
  z.object({
    is: z.literal('log'),
    level: z.enum(['debug', 'info', 'warn', 'error']),
    event: text,
    data: z.record(z.string(), z.unknown()),
  }),
  z.object({ is: z.literal('ending'), because: text }),
  z.object({ is: z.literal('beat'), heldBytes: z.number() }),
])
export type FromPlugin = z.infer<typeof fromPlugin>
