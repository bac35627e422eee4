import { defineErrors } from '@fsigk/plugin-api'

export const catalogue = {
  FSIGK_SYSLOG_UNREACHABLE: (target: string, problem: string) =>
    `Syslog at ${target} cannot be reached: ${problem}. Lines wait for it, up to a bound.`,
  FSIGK_SYSLOG_PATH: (path: string, bytes: number) =>
    `'${path}' is no socket's address: it is ${bytes} bytes long, and at most 107 are allowed.`,
} as const

export const fail = defineErrors(catalogue)
