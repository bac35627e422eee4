/**
 * The section `sample_plugin` of fsigk.ini. The first five are what the host needs of every protocol; those of
 * `inspectionSettings` and `action` are read by the gateway when it judges, `logSettings` when it writes.
 */
import { choice, flag, inspectionSettings, integer, logSettings, type SettingsOf, text } from '@fsigk/plugin-api'

export const settings = {
  sample_plugin_service: flag(false, {
    label: {
      en: 'Sample plugin service',
      ja: 'Sample pluginサービス',
    },
    help: { en: 'Starts or stops the service.', ja: 'サービスを開始または停止します。' },
    effect: 'rebind',
  }),
  svcport: text(
    '7070',
    { maxBytes: 128, format: 'svcport' },
    {
      label: { en: 'Port', ja: 'ポート' },
      help: {
        en: 'Where the service listens: PPP, A.A.A.A:PPP or [IPv6]:PPP.',
        ja: '待ち受けるポート: PPP、A.A.A.A:PPP、[IPv6]:PPP。',
      },
      effect: 'rebind',
    },
  ),
  pre_spawn: integer(
    500,
    { min: 1, max: 100_000 },
    {
      label: { en: 'Maximum connections', ja: '最大同時接続数' },
      help: {
        en: 'How many clients may be connected at once. Further ones wait.',
        ja: '同時に接続できるクライアント数です。超えた接続は待たされます。',
      },
      effect: 'live',
      unit: 'connections',
    },
  ),
  workers: integer(
    1,
    { min: 0, max: 64 },
    {
      label: { en: 'Worker processes', ja: 'ワーカープロセス数' },
      help: {
        en: 'How many processes hold connections. 0 is one for each processor core.',
        ja: '接続を処理するプロセスの数です。0はプロセッサコアごとに1つです。',
      },
      effect: 'rebind',
      unit: 'processes',
    },
  ),
  backlog: integer(
    128,
    { min: 1, max: 65_535 },
    {
      label: { en: 'Waiting connections', ja: '待機接続数' },
      help: {
        en: 'How many connections beyond pre_spawn are accepted and wait.',
        ja: 'pre_spawnを超えて受け付け、待機させる接続数です。',
      },
      effect: 'rebind',
      unit: 'connections',
    },
  ),
  ...inspectionSettings,
  action: choice('delete', ['pass', 'delete'], {
    label: { en: 'Action', ja: '検出時の動作' },
    help: {
      en: 'What happens to a file in which malware was found: pass delivers it, delete refuses it.',
      ja: 'ウイルス検出時の動作です。passは通過、deleteは拒否します。',
    },
  }),
  local_to: text(
    '',
    { maxBytes: 2047, format: 'access-list' },
    {
      label: { en: 'Local destinations', ja: 'ローカル接続先' },
      help: {
        en: 'Loopback, link-local and own addresses that may be reached all the same.',
        ja: '接続を許可するループバック、リンクローカル、自ホストのアドレスです。',
      },
      dangerous: true,
    },
  ),
  idle_timeout: integer(
    60,
    { min: 1, max: 86_400 },
    {
      label: { en: 'Idle timeout', ja: '無通信タイムアウト' },
      help: {
        en: 'A connection on which nothing moves for so long is closed.',
        ja: '通信がない状態がこの時間続くと切断します。',
      },
      unit: 's',
    },
  ),
  ...logSettings,
} as const

export type LineRelaySettings = SettingsOf<typeof settings>
