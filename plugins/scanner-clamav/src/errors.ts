import { defineErrors } from '@fsigk/plugin-api'

export const catalogue = {
  FSIGK_CLAMAV_SERVER_INVALID: (word: string) =>
    `scanner_clamav.servers names '${word}', which is no server: write the absolute path of a unix socket, HOST:PORT or [IPv6]:PORT.`,
  FSIGK_CLAMAV_DOWN: (problems: string) => `No clamd answers: ${problems}.`,
  FSIGK_CLAMAV_UNREACHABLE: (server: string, reason: string) => `clamd at ${server} cannot be reached: ${reason}.`,
  FSIGK_CLAMAV_LOST: (server: string, reason: string) => `clamd at ${server} ended the connection: ${reason}.`,
  FSIGK_CLAMAV_STREAM_LOST: (server: string, reason: string) =>
    `clamd at ${server} ended the connection over which a content was sent to it: ${reason}.`,
  FSIGK_CLAMAV_SILENT: (server: string, seconds: number) => `clamd at ${server} has not answered for ${seconds} s.`,
  FSIGK_CLAMAV_SHORT_CONTENT: (got: number, expected: number) =>
    `The content ended after ${got} of ${expected} bytes, so that it was not scanned whole.`,
  FSIGK_CLAMAV_REPLY: (server: string, reply: string) =>
    `clamd at ${server} answered '${reply}', which is no answer to what it was asked.`,
} as const

export const fail = defineErrors(catalogue)
