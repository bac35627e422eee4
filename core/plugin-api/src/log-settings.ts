/** Where the four logs of a service go (guide 9.5), and which of them a log sink takes. */
import type { SettingsOf } from './settings.js'
import { list, text } from './settings.js'

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

/** What a log sink takes. Any sink may declare these two; the host reads them, and hands over nothing else. */
export const logSinkSettings = {
  logs: list(
    'access, detect, error, info',
    { maxBytes: 255 },
    {
      label: { en: 'Logs', ja: '対象ログ' },
      help: {
        en: 'Which of access, detect, error and info it takes, joined by commas.',
        ja: '対象とするログ(access、detect、error、info)をカンマで区切って指定します。',
      },
      effect: 'live',
    },
  ),
  services: list(
    '',
    { maxBytes: 255 },
    {
      label: { en: 'Services', ja: '対象サービス' },
      help: {
        en: 'Services whose logs it takes (http, smtp, …), joined by commas. Empty: all.',
        ja: '対象とするサービス(http、smtpなど)をカンマで区切って指定します。空の場合はすべてです。',
      },
      effect: 'live',
    },
  ),
} as const
