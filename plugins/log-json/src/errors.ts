import { defineErrors } from '@fsigk/plugin-api'

export const catalogue = {
  FSIGK_LOG_JSON_FOLDER: (folder: string, problem: string) =>
    `JSON logs cannot be written in '${folder}' (log_json.folder): ${problem}. Make it writable for the gateway, or name another folder.`,
} as const

export const fail = defineErrors(catalogue)
