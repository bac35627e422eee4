import { defineErrors } from '@fsigk/plugin-api'

/** What ends a transfer before its time; each is also a line of `core/docs/errors/protocol-pop.md`. */
export const errors = {
  FSIGK_POP_SERVER_LOST: (why: string) => `The message did not come whole: ${why}`,
  FSIGK_POP_PEER_LEFT: () => 'The client closed the connection before it had the whole message.',
  FSIGK_POP_PEER_STALLED: (seconds: number) => `The client took no data for ${seconds} s.`,
  FSIGK_POP_PEER_SLOW: () => 'The client took the message more slowly than the lowest rate.',
} as const

export const fail = defineErrors(errors)
