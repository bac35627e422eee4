import { choice, integer, type SettingsOf } from '@fsigk/plugin-api'

export const settings = {
  tls: choice('opportunistic', ['opportunistic', 'required', 'never'], {
    label: { en: 'TLS', ja: 'TLS' },
    help: {
      en: 'opportunistic: STARTTLS where the server offers it, whatever its certificate. required: a valid certificate, or no mail.',
      ja: 'opportunistic: サーバーが対応していればSTARTTLSを使用します(証明書は検証しません)。required: 有効な証明書を必須とします。',
    },
  }),
  timeout: integer(
    30,
    { min: 1, max: 300 },
    {
      label: { en: 'Time to answer', ja: '応答待ち時間' },
      help: {
        en: 'How long the server may take for each step.',
        ja: 'サーバーの各応答を待つ時間です。',
      },
      unit: 's',
    },
  ),
} as const

export type MailNotifierSettings = SettingsOf<typeof settings>
