import { defineErrors } from '@fsigk/plugin-api'

/** The errors of spool, pipeline, quarantine and logs; each has its line in `core/docs/errors/gateway.md`. */
export const gatewayErrors = {
  FSIGK_TMPDIR_FULL: (folder: string) =>
    `main:diskspace_check: not enough disk space in temporary directory [${folder}].`,
  FSIGK_FOLDER_UNUSABLE: (setting: string, folder: string, reason: string) =>
    `The folder ${folder} (${setting}) cannot be used: ${reason}`,
  FSIGK_SPOOL_GROUP: (group: string, reason: string) =>
    `The group '${group}' (common.spool_group) cannot be given the spool: ${reason}.`,
  FSIGK_LOG_OPEN_FAILED: (path: string, reason: string) => `The log ${path} cannot be opened for appending: ${reason}`,
  FSIGK_SPOOL_FAILED: (path: string, reason: string) => `spool: cannot write [${path}]${reason}`,
  FSIGK_SPOOL_OPEN_FAILED: (path: string, reason: string) => `spool: cannot open [${path}]${reason}`,
  FSIGK_SPOOL_TRUNCATED: (path: string, expected: number, found: number) =>
    `spool: [${path}] ends after ${found} of ${expected} bytes`,
  FSIGK_SPOOL_RELEASED: () => 'A spooled body was opened after the answer had been given.',
  FSIGK_READINGS_TOO_MANY: (limit: number) => `A body has more than ${limit} parts.`,
  FSIGK_READINGS_TOO_LARGE: (bytes: number) => `The parts of a body are together larger than ${bytes} bytes.`,
  FSIGK_BODY_REOPENED: () =>
    'The body of this outcome streams from its source and can be opened once; it was opened again.',
  FSIGK_BODY_TOO_LARGE: (maxBytes: number) =>
    `A body of unannounced length grew beyond what is allowed (${maxBytes} bytes) and was broken off.`,
  FSIGK_BODY_WITHHELD: () => 'The verdict withheld the rest of a body of which a little had been given out.',
  FSIGK_CONNECTION_GONE: () => 'The connection was closed before the verdict.',
  FSIGK_CONNECTION_FOREIGN: () => 'A session can only be opened on a connection that this service accepted.',
  FSIGK_SESSION_CLOSED: () => 'The session is closed; nothing can be inspected in it any more.',
  FSIGK_SCAN_LATE: (scanner: string, seconds: number) =>
    `Scanner '${scanner}' did not answer scan() within ${seconds} s.`,
  FSIGK_REPORT_INVALID: (scanner: string, what: string) => `Scanner '${scanner}' gave a report with ${what}.`,
} as const

export const fail = defineErrors(gatewayErrors)
