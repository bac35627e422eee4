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
  smtp: template({
    label: { en: 'SMTP: detection message', ja: 'SMTP: ウイルス検出メッセージ' },
    help: {
      en: 'The mail sent in place of an infected one, or back to its sender. Header fields up to the first blank line.',
      ja: '感染メールの代わりに送信、または送信者に返送するメールです。最初の空行までがヘッダーになります。',
    },
  }),
  smtp_lan: template({
    label: { en: 'SMTP: detection message for the LAN', ja: 'SMTP: LAN用ウイルス検出メッセージ' },
    help: {
      en: 'As template.smtp, for mail from the hosts of access.smtp_lan.',
      ja: 'access.smtp_lanのホストからのメールに使用するtemplate.smtpです。',
    },
  }),
  pop: template({
    label: { en: 'POP: detection message', ja: 'POP: ウイルス検出メッセージ' },
    help: {
      en: 'The mail that stands in place of an infected one. Header fields up to the first blank line.',
      ja: '感染メールの代わりに配送するメールです。最初の空行までがヘッダーになります。',
    },
  }),
  admin: template({
    label: { en: 'Notice to the administrator', ja: '管理者への通知メッセージ' },
    help: {
      en: 'The mail sent to the administrator when a virus is found. Header fields up to the first blank line.',
      ja: 'ウイルス検出時に管理者へ送信するメールです。最初の空行までがヘッダーになります。',
    },
  }),
} as const satisfies Record<TemplateName, unknown>
