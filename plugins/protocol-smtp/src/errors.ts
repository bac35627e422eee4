import { defineErrors } from '@fsigk/plugin-api'

/** What ends a message before its time; each is also a line of `core/docs/errors/protocol-smtp.md`. */
export const errors = {
  FSIGK_SMTP_MESSAGE_CUT: () => 'The client closed the connection before the end of its message.',
  FSIGK_SMTP_MESSAGE_STALLED: (seconds: number) => `Nothing of the message came for ${seconds} s.`,
  FSIGK_SMTP_MESSAGE_SLOW: () => 'The message came more slowly than the lowest rate.',
  FSIGK_SMTP_MESSAGE_TOO_LONG: (bytes: number) => `The message is longer than ${bytes} bytes.`,
  FSIGK_SMTP_LINE_END: () => 'CR, LF or NUL stand by themselves in the message.',
  FSIGK_SMTP_CLIENT_LEFT: () => 'The client closed the connection before its message was answered.',
  FSIGK_SMTP_SERVER_LEFT: (server: string) => `The server ${server} closed the connection before it had the message.`,
  FSIGK_SMTP_ANSWER_LATE: (seconds: number) => `The message was not scanned and sent on within ${seconds} s.`,
} as const

export const fail = defineErrors(errors)
