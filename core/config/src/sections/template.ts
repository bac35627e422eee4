import { type Localised, text } from '@fsigk/plugin-api'
import { MAX_TEMPLATE_BYTES, type TemplateName } from '../domain/templates.js'

function template(about: { readonly label: Localised; readonly help: Localised; readonly notInUseYet?: boolean }) {
  const { label, help } = about
  return text(
    '',
    { maxBytes: MAX_TEMPLATE_BYTES, format: 'text' },
    {
      ...about,
      label,
      help: {
        en: `${help.en} Empty: the shipped text in the language of common.language.`,
        ja: `${help.ja}空の場合はcommon.languageの言語の標準テンプレートを使用します。`,
      },
    },
  )
}

/** Texts told to people, with the variables of guide 7.3. */
export const templates = {
  http: template({
    label: { en: 'HTTP: detection message', ja: 'HTTP: ウイルス検出メッセージ' },
    help: {
      en: 'The page shown in place of what was blocked.',
      ja: '遮断したデータの代わりに表示するページです。',
    },
  }),
  http_error: template({
    label: { en: 'HTTP: error message', ja: 'HTTP: エラーメッセージ' },
    help: {
      en: 'The page shown when a request cannot be served.',
      ja: '要求を処理できない場合に表示するページです。',
    },
  }),
  admin: template({
    label: { en: 'Notice to the administrator', ja: '管理者への通知メッセージ' },
    help: {
      en: 'The mail sent to the administrator when a virus is found. Header fields up to the first blank line.',
      ja: 'ウイルス検出時に管理者へ送信するメールです。最初の空行までがヘッダーになります。',
    },
    notInUseYet: true,
  }),
} as const satisfies Record<TemplateName, unknown>
