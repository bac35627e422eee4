import { defineErrors } from '@fsigk/plugin-api'

/** The errors of the command line itself; each has its line in `core/docs/errors/cli.md`. */
export const cliErrors = {
  FSIGK_USAGE: (rule: string) => rule,
  FSIGK_FILE_EXISTS: (path: string) =>
    `'${path}' exists and is something else; it was left as it is. Name another file.`,
  FSIGK_FILE_NOT_WRITTEN: (path: string, problem: string) =>
    `'${path}' cannot be written: ${problem}. Name a file in a folder that you may write to.`,
  FSIGK_FOLDER_NOT_EMPTY: (folder: string) =>
    `'${folder}' is no empty folder, and nothing in it was touched. Name another one by --folder.`,
  FSIGK_PLUGIN_NAME: (name: string, rule: string) => `'${name}' cannot be the name of a plugin: ${rule}.`,
  FSIGK_KIT_INCOMPLETE: (name: string, problem: string) =>
    `This installation cannot give a plugin what it is built with: ${name}: ${problem}.`,
} as const

export const fail = defineErrors(cliErrors)
