import { integer, type SettingsOf, text } from '@fsigk/plugin-api'

/** The section `sample_plugin` of fsigk.ini: `fsigk config set sample_plugin.host=…`. */
export const settings = {
  host: text(
    '127.0.0.1',
    { maxBytes: 255, format: 'host' },
    {
      label: { en: 'Host', ja: 'ホスト' },
      help: { en: 'The log server that lines are sent to.', ja: 'ログを送信するサーバです。' },
      effect: 'live',
    },
  ),
  port: integer(
    5140,
    { min: 1, max: 65_535 },
    {
      label: { en: 'Port', ja: 'ポート' },
      help: { en: 'The TCP port of the log server.', ja: 'ログサーバのTCPポートです。' },
      effect: 'live',
    },
  ),
} as const

export type TcpSinkSettings = SettingsOf<typeof settings>
