import { defineErrors } from '@fsigk/plugin-api'

/** The errors of the command line itself; each has its line in `core/docs/errors/cli.md`. */
export const cliErrors = {
  FSIGK_USAGE: (rule: string) => rule,
  FSIGK_FILE_EXISTS: (path: string) =>
    `'${path}' exists and is something else; it was left as it is. Name another file.`,
  FSIGK_FILE_NOT_WRITTEN: (path: string, problem: string) =>
    `'${path}' cannot be written: ${problem}. Name a file in a folder that you may write to.`,
} as const

export const fail = defineErrors(cliErrors)
