import { type SettingsOf, text } from '@fsigk/plugin-api'

/** The section `sample_plugin` of fsigk.ini: `fsigk config set sample_plugin.url=…`. */
export const settings = {
  url: text(
    '',
    { maxBytes: 1999 },
    {
      label: { en: 'URL', ja: 'URL' },
      help: {
        en: 'Notices are posted to this http or https address as JSON.',
        ja: '通知をJSON形式でPOSTするhttpまたはhttpsのアドレスです。',
      },
    },
  ),
} as const

export type WebHookSettings = SettingsOf<typeof settings>
