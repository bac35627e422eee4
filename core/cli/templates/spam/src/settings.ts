import { integer, list, type SettingsOf } from '@fsigk/plugin-api'

/** The section `sample_plugin` of fsigk.ini: `fsigk config set sample_plugin.words=…`. */
export const settings = {
  words: list(
    'lottery,prize,million',
    { maxBytes: 1999 },
    {
      label: { en: 'Words', ja: '単語' },
      help: {
        en: 'Words that make a mail look like spam, joined by commas. Upper and lower case are the same.',
        ja: '迷惑メールと判定する単語をカンマで区切って指定します。大文字と小文字は区別されません。',
      },
    },
  ),
  limit: integer(
    2,
    { min: 1, max: 100 },
    {
      label: { en: 'So many make spam', ja: '判定する単語数' },
      help: {
        en: 'A mail in which so many different words of the list stand is spam.',
        ja: '一覧の異なる単語がこの数以上含まれるメールを迷惑メールと判定します。',
      },
      unit: 'words',
    },
  ),
} as const

export type WordFilterSettings = SettingsOf<typeof settings>
