/** How long the two ends are kept waiting for a message. Ours, in the guide's style. */
import { integer } from '@fsigk/plugin-api'

export const messageSettings = {
  answer_timeout: integer(
    540,
    { min: 1, max: 3600 },
    {
      label: { en: 'Answer within', ja: '応答の制限時間' },
      help: {
        en: 'A message that is not scanned and sent on so long after its end came is refused for now (451), since clients give up after 10 minutes (RFC 5321).',
        ja: 'メール受信完了後、この時間内に検査と転送が終わらない場合は一時エラー(451)を返します。クライアントは10分で待つのをやめます(RFC 5321)。',
      },
      unit: 's',
    },
  ),
  noop_interval: integer(
    60,
    { min: 1, max: 3600 },
    {
      label: { en: 'Keep the server awake', ja: 'サーバへのNOOP間隔' },
      help: {
        en: 'How often the server is sent NOOP while a message is received and scanned, so that it does not give up.',
        ja: 'メールの受信・検査中、サーバがタイムアウトしないようにNOOPを送信する間隔です。',
      },
      unit: 's',
    },
  ),
} as const
