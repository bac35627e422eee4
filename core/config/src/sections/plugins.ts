import { list } from '@fsigk/plugin-api'

/** Which plugins are at work, and in which order. */
export const plugins = {
  scanners: list(
    'scanner-signatures',
    { maxBytes: 1999 },
    {
      label: { en: 'Scanners', ja: '検査エンジン' },
      help: {
        en: 'Ids of the scanner plugins that look at everything, in this order, joined by commas.',
        ja: '使用する検査プラグインのIDです。検査する順にカンマで区切って指定します。',
      },
    },
  ),
} as const
