import { flag } from '@fsigk/plugin-api'

/** How the settings themselves are administered. */
export const config = {
  four_eyes: flag(false, {
    label: { en: 'Four eyes', ja: '二重承認' },
    help: {
      en: 'A setting that can run a program or open the gateway is changed only when a second administrator approves (fsigk config approve).',
      ja: 'プログラムの実行やゲートウェイの開放につながる設定の変更に、別の管理者の承認(fsigk config approve)を必要とします。',
    },
    effect: 'live',
    dangerous: true,
  }),
} as const
