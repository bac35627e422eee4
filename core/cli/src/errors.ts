import { defineErrors } from '@fsigk/plugin-api'

/** The errors of the command line itself; each has its line in `core/docs/errors/cli.md`. */
export const cliErrors = {
  FSIGK_USAGE: (rule: string) => rule,
  FSIGK_FILE_EXISTS: (path: string) =>
    `'${path}' exists and is something else; it was left as it is. Name another file.`,
  FSIGK_FILE_NOT_READ: (path: string, problem: string) =>
    `'${path}' cannot be read: ${problem}. Name a file that you may read.`,
  FSIGK_FILE_NOT_WRITTEN: (path: string, problem: string) =>
    `'${path}' cannot be written: ${problem}. Name a file in a folder that you may write to.`,
  FSIGK_FOLDER_NOT_EMPTY: (folder: string) =>
    `'${folder}' is no empty folder, and nothing in it was touched. Name another one by --folder.`,
  FSIGK_PLUGIN_NAME: (name: string, rule: string) => `'${name}' cannot be the name of a plugin: ${rule}.`,
  FSIGK_KIT_INCOMPLETE: (name: string, problem: string) =>
    `This installation cannot give a plugin what it is built with: ${name}: ${problem}.`,
  FSIGK_PLUGIN_SOURCE: (source: string, rule: string) => `'${source}' cannot be used as a plugin package: ${rule}.`,
  FSIGK_PLUGIN_UNKNOWN: (id: string) => `There is no plugin '${id}'. 'fsigk-plugin list' shows all.`,
  FSIGK_PLUGIN_NOT_USABLE: (id: string, problem: string) => `Plugin '${id}' cannot be put to work: ${problem}`,
  FSIGK_PLUGIN_NOT_ENABLED: (id: string, setting: string) =>
    `Plugin '${id}' does not stand in ${setting}. Enable it first, by 'fsigk-plugin enable ${id}'.`,
  FSIGK_PLUGIN_ENABLED: (id: string) =>
    `Plugin '${id}' is at work. Disable it first, by 'fsigk-plugin disable ${id}', or say --force.`,
  FSIGK_PLUGIN_SHIPPED: (id: string) =>
    `Plugin '${id}' ships with the product and cannot be removed. 'fsigk-plugin disable ${id}' takes it out of work.`,
  FSIGK_PLUGIN_DEPENDENCIES: (id: string, names: string, problem: string) =>
    `Plugin '${id}' needs ${names}, and does not bring them along: ${problem}. Name them in its bundledDependencies and pack it again.`,
  FSIGK_PLUGINS_BUSY: (file: string, holder: string) =>
    `Another command (process ${holder}) is installing or removing plugins. Wait for it; if there is none, remove '${file}'.`,
  FSIGK_NPM_MISSING: (wantedFor: string) =>
    `There is no npm on this machine, which ${wantedFor} needs. Install npm, or use a tarball that was packed elsewhere.`,
  FSIGK_NPM_FAILED: (verb: string, problem: string) => `npm ${verb} failed: ${problem}`,
} as const

export const fail = defineErrors(cliErrors)
