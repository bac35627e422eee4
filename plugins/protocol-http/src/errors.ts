import { defineErrors, type FsigkError } from '@fsigk/plugin-api'
import type { BodyFault } from './sockets/incoming-body.js'

/** What ends a transfer before its time; each is also a line of `core/docs/errors/protocol-http.md`. */
export const errors = {
  FSIGK_HTTP_BODY_CUT: (from: string) => `The body from ${from} ended before its announced end.`,
  FSIGK_HTTP_BODY_MALFORMED: (from: string) => `The body from ${from} is not framed as RFC 9112 says.`,
  FSIGK_HTTP_BODY_STALLED: (from: string, seconds: number) => `No data came from ${from} for ${seconds} s.`,
  FSIGK_HTTP_BODY_SLOW: (from: string) => `Data came from ${from} more slowly than its lowest rate.`,
  FSIGK_HTTP_PEER_SLOW: (bytesPerSecond: number, seconds: number) =>
    `The client took fewer than ${bytesPerSecond} bytes a second for ${seconds} s.`,
  FSIGK_HTTP_PEER_LEFT: () => 'The client closed the connection before it had the whole answer.',
  FSIGK_HTTP_PEER_STALLED: (seconds: number) => `The client took no data for ${seconds} s.`,
  FSIGK_HTTP_LENGTH_DIFFERS: (announced: number, given: number) =>
    `The inspected body has ${given} bytes where ${announced} were announced.`,
} as const

export const fail = defineErrors(errors)

/** Why reading a body had to stop. */
export function bodyError(fault: BodyFault, from: string, idleMs: number): FsigkError {
  switch (fault) {
    case 'cut':
      return fail('FSIGK_HTTP_BODY_CUT', [from])
    case 'malformed':
      return fail('FSIGK_HTTP_BODY_MALFORMED', [from])
    case 'stalled':
      return fail('FSIGK_HTTP_BODY_STALLED', [from, idleMs / 1000])
    case 'slow':
      return fail('FSIGK_HTTP_BODY_SLOW', [from])
  }
}
