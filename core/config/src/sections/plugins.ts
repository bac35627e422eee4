/** Which plugins are at work, in which order, and what becomes of those that misbehave. */
import { integer, list } from '@fsigk/plugin-api'

const LIST = { maxBytes: 1999 } as const

export const plugins = {
  scanners: list('scanner-signatures', LIST, {
    label: { en: 'Scanners', ja: '検査エンジン' },
    help: {
      en: 'Ids of the scanner plugins that look at everything, in this order, joined by commas.',
      ja: '使用する検査プラグインのIDです。検査する順にカンマで区切って指定します。',
    },
  }),
  spam_filters: list('', LIST, {
    label: { en: 'Spam filters', ja: '迷惑メール検査' },
    help: {
      en: 'Ids of the spam filter plugins that judge mail, in this order, joined by commas.',
      ja: '使用する迷惑メール検査プラグインのIDです。検査する順にカンマで区切って指定します。',
    },
    notInUseYet: true,
  }),
  authenticators: list('', LIST, {
    label: { en: 'Authenticators', ja: '認証方式' },
    help: {
      en: 'Ids of the authentication plugins, in the order in which they are asked, joined by commas.',
      ja: '使用する認証プラグインのIDです。問い合わせる順にカンマで区切って指定します。',
    },
    notInUseYet: true,
  }),
  notifiers: list('notifier-mail', LIST, {
    label: { en: 'Notifiers', ja: '通知方式' },
    help: {
      en: 'Ids of the plugins that carry notices to the administrator, joined by commas.',
      ja: '管理者への通知に使用するプラグインのIDです。カンマで区切って指定します。',
    },
    effect: 'live',
  }),
  log_sinks: list('', LIST, {
    label: { en: 'Log sinks', ja: 'ログ出力先' },
    help: {
      en: 'Ids of the plugins that every line of the four logs goes to as well, joined by commas.',
      ja: '4種類のログの各行を追加で出力するプラグインのIDです。カンマで区切って指定します。',
    },
    effect: 'live',
  }),
  memory_limit: integer(
    512,
    { min: 32, max: 65_536 },
    {
      label: { en: 'Memory of a plugin', ja: 'プラグインのメモリー上限' },
      help: {
        en: 'An isolated plugin that uses more, heap and buffers together, is ended and begun again.',
        ja: '分離実行中のプラグインのメモリー使用量(ヒープとバッファの合計)がこの値を超えると再起動します。',
      },
      unit: 'MiB',
    },
  ),
  stuck_timeout: integer(
    10,
    { min: 1, max: 3_600 },
    {
      label: { en: 'Time for a stuck plugin', ja: 'プラグインの無応答時間' },
      help: {
        en: 'An isolated plugin whose event loop stands still for so long is ended and begun again.',
        ja: '分離実行中のプラグインがこの時間応答しない場合に再起動します。',
      },
      unit: 's',
    },
  ),
  trip_failures: integer(
    10,
    { min: 0, max: 10_000 },
    {
      label: { en: 'Failures that trip a plugin', ja: 'プラグイン停止までの失敗回数' },
      help: {
        en: 'A plugin that fails so often within trip_window, and in at least half of its calls, is not asked for trip_retry. 0: never.',
        ja: 'trip_window内にこの回数失敗し、かつ呼び出しの半数以上が失敗したプラグインは、trip_retryの間使用しません。0の場合は停止しません。',
      },
      effect: 'live',
    },
  ),
  trip_window: integer(
    60,
    { min: 1, max: 3_600 },
    {
      label: { en: 'Time in which failures count', ja: '失敗を数える時間' },
      help: {
        en: 'Failures older than this are not counted for trip_failures.',
        ja: 'これより古い失敗はtrip_failuresの回数に含めません。',
      },
      unit: 's',
      effect: 'live',
    },
  ),
  trip_retry: integer(
    30,
    { min: 1, max: 3_600 },
    {
      label: { en: 'Time until a tripped plugin is tried', ja: '停止したプラグインを再試行するまでの時間' },
      help: {
        en: 'After this time one call at a time is let through; the first that is answered puts the plugin back.',
        ja: 'この時間の経過後、1件ずつ呼び出しを試み、応答があれば使用を再開します。',
      },
      unit: 's',
      effect: 'live',
    },
  ),
} as const
