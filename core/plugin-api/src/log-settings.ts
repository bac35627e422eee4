/** Where the four logs of a service go: the settings that every protocol's section shares (guide 9.5). */
import type { SettingsOf } from './settings.js'
import { text } from './settings.js'

const MAX_DESTINATION_BYTES = 1999

function destination(log: string, label: { readonly en: string; readonly ja: string }) {
  return text(
    '',
    { maxBytes: MAX_DESTINATION_BYTES, format: 'log' },
    {
      label,
      help: {
        en: `An absolute path, or |command (/bin/sh, in FSIGK_HOME) that reads the lines. Empty: ${log}.log in the service's log folder. Dangerous: runs a program.`,
        ja: `絶対パス、または行を受け取る|コマンド(FSIGK_HOMEで/bin/shにより実行)。空の場合はサービスのログフォルダーの${log}.log。危険: プログラムを実行します。`,
      },
      effect: 'live',
      dangerous: true,
    },
  )
}

export const logSettings = {
  access_log: destination('access', { en: 'Access log', ja: 'アクセスログ' }),
  detect_log: destination('detect', { en: 'Detection log', ja: '検出ログ' }),
  error_log: destination('error', { en: 'Error log', ja: 'エラーログ' }),
  info_log: destination('info', { en: 'Information log', ja: '情報ログ' }),
} as const

export type LogSettings = SettingsOf<typeof logSettings>
