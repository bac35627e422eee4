import { list, type SettingsOf, text } from '@fsigk/plugin-api'

/** The section `sample_plugin` of fsigk.ini: `fsigk config set sample_plugin.markers=…`. */
export const settings = {
  markers: list(
    'SAMPLE-MALWARE-MARKER',
    { maxBytes: 1999 },
    {
      label: { en: 'Markers', ja: 'マーカー' },
      help: {
        en: 'Texts that make content malware, joined by commas. Upper and lower case differ.',
        ja: '検出する文字列をカンマで区切って指定します。大文字と小文字は区別されます。',
      },
    },
  ),
  threat: text(
    'Sample/Marker',
    { maxBytes: 100 },
    {
      label: { en: 'Name of the threat', ja: '脅威名' },
      help: {
        en: 'What logs and detection pages call it.',
        ja: 'ログや検出画面に表示する名前です。',
      },
    },
  ),
} as const

export type MarkerScannerSettings = SettingsOf<typeof settings>
