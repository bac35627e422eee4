/** What goes over the control socket: one request a line, one reply a line, in order. */
import { FsigkError, isFsigk, z } from '@fsigk/plugin-api'
import { fail, messageOf } from '../errors.js'

/** Room for a whole configuration, and for a file of conf/ at its limit. */
export const MAX_REQUEST_BYTES = 16 * 1024 * 1024
/** Room for long histories; the command line asks in pages. */
export const MAX_REPLY_BYTES = 64 * 1024 * 1024

export const controlRequest = z.strictObject({ call: z.string().max(64), params: z.unknown().optional() })
export type ControlRequest = z.infer<typeof controlRequest>

const controlError = z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() })
export const controlReply = z.union([z.object({ error: controlError }), z.object({ result: z.unknown().optional() })])
export type ControlReply = { readonly result: unknown } | { readonly error: z.input<typeof controlError> }

/** An error as it travels: the codes of the store and of the system stay, what has none is a fault of ours. */
export function errorToWire(error: unknown): z.input<typeof controlError> {
  if (isFsigk(error)) return { code: error.code, message: error.message, details: error.details }
  const code = (error as { readonly code?: unknown } | undefined)?.code
  if (typeof code === 'string') return { code, message: messageOf(error) }
  const { code: ours, message } = fail('FSIGK_UNEXPECTED', [messageOf(error)])
  return { code: ours, message }
}

export function errorFromWire({ code, message, details }: z.infer<typeof controlError>): FsigkError {
  return new FsigkError(code, message, { details })
}
