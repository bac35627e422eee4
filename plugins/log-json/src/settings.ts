/** The section `log_json`. */
import { logSinkSettings, type SettingsOf, text } from '@fsigk/plugin-api'

export const settings = {
  ...logSinkSettings,
  folder: text(
    '',
    { maxBytes: 1023, format: 'folder' },
    {
      label: { en: 'Folder', ja: '出力フォルダー' },
      help: {
        en: 'Where <service>/<log>.json are written. Empty: the log folder of the state folder (FSIGK_HOME).',
        ja: '<サービス>/<ログ>.jsonを書き込むフォルダーです。空の場合は状態フォルダー(FSIGK_HOME)のlogを使用します。',
      },
      effect: 'live',
      dangerous: true,
    },
  ),
} as const

export type JsonSinkSettings = SettingsOf<typeof settings>
