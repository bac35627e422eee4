import { flag, integer, list, type SettingsOf } from '@fsigk/plugin-api'

const MAX_BYTES = 2 ** 53 - 1

export const settings = {
  servers: list(
    '/run/clamav/clamd.ctl',
    { maxBytes: 1999 },
    {
      label: { en: 'clamd servers', ja: 'clamdサーバー' },
      help: {
        en: 'Where clamd answers, joined by commas: the path of a unix socket, HOST:PORT or [IPv6]:PORT. The first that is well is asked.',
        ja: 'clamdの接続先です。UNIXソケットのパス、ホスト:ポート、[IPv6]:ポートをカンマで区切って指定します。正常な最初のサーバーを使用します。',
      },
    },
  ),
  connections: integer(
    32,
    { min: 1, max: 1000 },
    {
      label: { en: 'Connections to a server', ja: 'サーバーへの最大接続数' },
      help: {
        en: 'How many contents a worker has one clamd scan at the same time; more wait. Above MaxThreads of clamd they wait there.',
        ja: '1ワーカーが1つのclamdに同時に検査させる数です。超えた分は待機します。',
      },
      unit: 'connections',
    },
  ),
  connect_timeout: integer(
    5,
    { min: 1, max: 300 },
    {
      label: { en: 'Time to answer', ja: '応答待ち時間' },
      help: {
        en: 'A clamd that does not accept a connection, or does not answer a health check, for so long is given up for a while.',
        ja: '接続またはヘルスチェックにこの時間内に応答しないclamdは、しばらく使用しません。',
      },
      unit: 's',
    },
  ),
  by_path: flag(true, {
    label: { en: 'Hand over files by path', ja: 'ファイルをパスで渡す' },
    help: {
      en: 'A clamd at a unix socket reads the spool file itself where it may (common.spool_group); where it may not, the file is sent to it.',
      ja: 'UNIXソケットのclamdが読み取れる場合は、ファイルをパスで渡します。読み取れない場合は内容を送信します。',
    },
  }),
  max_filesize: integer(
    26_214_400,
    { min: 1, max: MAX_BYTES },
    {
      label: { en: "clamd's MaxFileSize", ja: 'clamdのMaxFileSize' },
      help: {
        en: 'MaxFileSize of clamd.conf. clamd calls what is larger OK without looking; here it is unscanned (block_undecodable).',
        ja: 'clamd.confのMaxFileSizeです。clamdはこれを超えるファイルを検査せずにOKと応答するため、検査不能として扱います(block_undecodable)。',
      },
      unit: 'bytes',
    },
  ),
} as const

export type ClamavSettings = SettingsOf<typeof settings>
