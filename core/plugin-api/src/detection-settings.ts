/** What is looked for, what is left out, and who is told: shared by the services (guide 7.1.1.1 to 7.1.1.4). */
import { flag, list } from './settings.js'

/** The guide's limit of a list. */
const LIST = { maxBytes: 1999 } as const

export const notifySettings = {
  notify_admin: flag(false, {
    label: { en: 'Notify the administrator', ja: '管理者へ通知' },
    help: { en: 'Sends a mail to the administrator on a detection.', ja: '検出時に管理者へメールを送信します。' },
  }),
} as const

export const riskwareSettings = {
  riskware_check: flag(false, {
    label: { en: 'Scan riskware', ja: 'リスクウェアの検査' },
    help: { en: 'Detects riskware as well as viruses.', ja: 'ウイルスに加えてリスクウェアを検出します。' },
  }),
  pass_riskware: list(
    '',
    { ...LIST, separator: ';' },
    {
      label: { en: 'Skip riskware', ja: '検査除外リスクウェア' },
      help: {
        en: 'Riskware that is not detected: Category.Platform.Family with * as wildcard, separated by ";".',
        ja: '検出しないリスクウェア。Category.Platform.Family形式(*使用可)、";"区切り。',
      },
    },
  ),
} as const

export const passExtSettings = {
  pass_ext: flag(false, {
    label: { en: 'Skip scanning by file name', ja: 'ファイル名による検査除外' },
    help: {
      en: 'Files whose names end as in pass_ext_list are forwarded unscanned.',
      ja: 'pass_ext_listに後方一致するファイルは検査せずに転送します。',
    },
  }),
  pass_ext_list: list('', LIST, {
    label: { en: 'Files and extensions', ja: 'ファイル名・拡張子' },
    help: {
      en: 'How the names end; case does not matter. Separated by ",".',
      ja: '後方一致、大文字小文字を区別しません。","区切り。',
    },
  }),
} as const

/** Content of documents and names of files that are refused like viruses. */
export const blockSettings = {
  block_activex: flag(false, {
    label: { en: 'Block ActiveX', ja: 'ActiveXを禁止' },
    help: {
      en: 'Treats HTML with embedded ActiveX content as a detection (FSIGK/POLICY_BLOCK_ACTIVEX).',
      ja: 'ActiveXを含むHTMLを検出として扱います(FSIGK/POLICY_BLOCK_ACTIVEX)。',
    },
  }),
  block_script: flag(false, {
    label: { en: 'Block scripts', ja: 'スクリプトを禁止' },
    help: {
      en: 'Treats HTML with scripts (JavaScript, VBScript, …) as a detection (FSIGK/POLICY_BLOCK_SCRIPT).',
      ja: 'スクリプト(JavaScript、VBScriptなど)を含むHTMLを検出として扱います(FSIGK/POLICY_BLOCK_SCRIPT)。',
    },
  }),
  block_ext: flag(false, {
    label: { en: 'Block by file name', ja: 'ファイル名による禁止' },
    help: {
      en: 'Treats files whose names end as in block_ext_list as a detection (FSIGK/POLICY_BLOCK_EXT).',
      ja: 'block_ext_listに後方一致するファイルを検出として扱います(FSIGK/POLICY_BLOCK_EXT)。',
    },
  }),
  block_ext_list: list('', LIST, {
    label: { en: 'Blocked files and extensions', ja: '禁止するファイル名・拡張子' },
    help: {
      en: 'How the names end, as in .COM,.PIF,.EXE,.BAT; case does not matter. In mail, ALL means every attachment.',
      ja: '.COM,.PIF,.EXE,.BATのように後方一致で指定します。大文字小文字を区別しません。メールではALLで全添付ファイルを指定します。',
    },
  }),
} as const

/** Guide 7.1.1.3 and 7.1.1.4: users who choose their server, and the accounts that may. */
export const accountSettings = {
  self_proxy: flag(false, {
    label: { en: 'Parent server by user', ja: 'ユーザによる親サーバ指定' },
    help: {
      en: 'Clients name their server in the user name: user@server or user#server.',
      ja: 'クライアントがユーザ名で親サーバを指定できます: user@serverまたはuser#server。',
    },
    dangerous: true,
  }),
  proxyauth_pam_account: flag(false, {
    label: { en: 'Restrict users', ja: 'ユーザの制限' },
    help: {
      en: 'Only users of the user database (or of PAM) may connect. The server checks their password.',
      ja: 'ユーザデータベース(またはPAM)にあるユーザのみ接続できます。パスワードはサーバが検証します。',
    },
  }),
} as const
