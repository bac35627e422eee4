/** How long, and how slowly, clients and servers may keep a connection busy. Ours, in the guide's style. */
import { integer, lowestRateSettings } from '@fsigk/plugin-api'

const DAY_S = 86_400

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
  ...lowestRateSettings,
} as const
