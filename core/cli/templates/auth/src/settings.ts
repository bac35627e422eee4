import { list, type SettingsOf } from '@fsigk/plugin-api'

/** The section `sample_plugin` of fsigk.ini: `fsigk config set sample_plugin.accounts=…`. */
export const settings = {
  accounts: list(
    '',
    { maxBytes: 65_536, separator: ';' },
    {
      label: { en: 'Accounts', ja: 'アカウント' },
      help: {
        en: 'user:salt:hash of each account, joined by semicolons. The README tells how to make one.',
        ja: '各アカウントの「ユーザ名:ソルト:ハッシュ」をセミコロンで区切って指定します。作成方法はREADMEを参照してください。',
      },
    },
  ),
} as const

export type AccountListSettings = SettingsOf<typeof settings>
