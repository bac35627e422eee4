/** How long, and how slowly, clients and servers may keep a connection busy. Ours, in the guide's style. */
import { integer } from '@fsigk/plugin-api'

const DAY_S = 86_400
const MAX_RATE = 1_048_576

export const slowPeersSettings = {
  header_timeout: integer(
    60,
    { min: 1, max: DAY_S },
    {
      label: { en: 'Header timeout', ja: 'ヘッダのタイムアウト' },
      help: {
        en: 'How long the header of a request, or of a response that has begun, may take to arrive.',
        ja: 'リクエストヘッダ、または受信を開始したレスポンスヘッダの受信にかけられる時間です。',
      },
      unit: 's',
    },
  ),
  client_min_rate: integer(
    50,
    { min: 0, max: MAX_RATE },
    {
      label: { en: 'Lowest rate of clients', ja: 'クライアントの最低転送速度' },
      help: {
        en: 'A client that sends a body or takes an answer more slowly, on the average of min_rate_period, is cut off. Only the time during which it is waited for counts. 0 is any rate. Tunnels are exempt.',
        ja: 'min_rate_periodの平均でこれより遅く本体を送信または応答を受信するクライアントを切断します。クライアントを待つ時間のみを計測します。0は無制限です。トンネルは対象外です。',
      },
      unit: 'bytes/s',
    },
  ),
  server_min_rate: integer(
    1,
    { min: 0, max: MAX_RATE },
    {
      label: { en: 'Lowest rate of servers', ja: 'サーバの最低転送速度' },
      help: {
        en: 'A server that sends a body which is scanned more slowly, on the average of min_rate_period, is given up (504). 0 is any rate.',
        ja: 'min_rate_periodの平均でこれより遅く検査対象の本体を送信するサーバとの通信を中止します(504)。0は無制限です。',
      },
      unit: 'bytes/s',
    },
  ),
  min_rate_period: integer(
    60,
    { min: 1, max: 3600 },
    {
      label: { en: 'Time of the average', ja: '転送速度の平均時間' },
      help: {
        en: 'The time over which client_min_rate and server_min_rate are averaged.',
        ja: 'client_min_rateとserver_min_rateを平均する時間です。',
      },
      unit: 's',
    },
  ),
} as const
