/** What SMTP and POP share: parts of mail that are scanned or refused, and what becomes of spam (guide 7.1.1.2, 7.1.1.3, 11.14). */
import { choice, flag, integer, text } from './settings.js'

/** Guide 11.8: 2 GB. */
const MAX_MESSAGE_BYTES = 2_000_000_000

export const mailScanSettings = {
  virus_check_text: flag(true, {
    label: { en: 'Scan text bodies', ja: 'メール本文の検査' },
    help: {
      en: 'Scans plain text bodies. No: only what is encoded in them (uuencode, yEnc) is scanned. Attachments and HTML are always scanned.',
      ja: 'テキスト本文を検査します。無効時は本文中の符号化されたデータ(uuencode、yEnc)のみ検査します。添付ファイルとHTMLは常に検査します。',
    },
  }),
  virus_check_wholehtml: flag(true, {
    label: { en: 'Scan whole HTML bodies', ja: 'HTML全体の検査' },
    help: {
      en: 'Scans HTML bodies whole, and the message itself; finds phishing and remains of viruses. No: only what can run or load something is scanned of them.',
      ja: 'HTML本文全体と受信したメール全体を検査します。フィッシングやウイルスの断片を検出できます。無効時は実行または読み込みが行われる部分のみ検査します。',
    },
  }),
  block_partial_message: flag(false, {
    label: { en: 'Block partial messages', ja: '分割メールを禁止' },
    help: {
      en: 'Treats mail of the type message/partial as a detection (FSIGK/POLICY_BLOCK_PARTIAL_MESSAGE).',
      ja: 'message/partial形式のメールを検出として扱います(FSIGK/POLICY_BLOCK_PARTIAL_MESSAGE)。',
    },
  }),
  block_mime_format: flag(true, {
    label: { en: 'Block broken MIME', ja: '不正なMIMEを禁止' },
    help: {
      en: 'Treats forbidden characters in boundaries and file names as a detection (FSIGK/POLICY_FORMAT_MIME_BOUNDARY, FSIGK/POLICY_FORMAT_MIME_FILENAME).',
      ja: 'boundaryとファイル名の不正な文字を検出として扱います(FSIGK/POLICY_FORMAT_MIME_BOUNDARY、FSIGK/POLICY_FORMAT_MIME_FILENAME)。',
    },
  }),
  block_messagesize: flag(false, {
    label: { en: 'Block large messages', ja: '大きなメールを禁止' },
    help: {
      en: 'Refuses messages over block_messagesize_len (FSIGK/POLICY_BLOCK_MESSAGESIZE).',
      ja: 'block_messagesize_lenを超えるメールを禁止します(FSIGK/POLICY_BLOCK_MESSAGESIZE)。',
    },
  }),
  block_messagesize_len: integer(
    MAX_MESSAGE_BYTES,
    { min: 1, max: MAX_MESSAGE_BYTES },
    {
      label: { en: 'Largest message', ja: '最大メールサイズ' },
      help: {
        en: 'The largest message that passes when block_messagesize is on.',
        ja: 'block_messagesizeが有効なときに許可する最大サイズです。',
      },
      unit: 'bytes',
    },
  ),
} as const

/** @param actions what may be done with spam: POP cannot make a mail vanish */
export function spamSettings<const W extends readonly ['pass', ...string[]]>(actions: W) {
  return {
    spam_check: flag(false, {
      label: { en: 'Do spam check', ja: 'スパム検査を行う' },
      help: {
        en: 'Judges mail by the methods of the section spam, after the virus check, and adds X-Spam-Status.',
        ja: 'ウイルス検査の後、spamセクションの方法でスパム検査を行い、X-Spam-Statusを付加します。',
      },
    }),
    spam_action: choice('pass', actions, {
      label: { en: 'Action on spam', ja: 'スパム検出時の動作' },
      help: {
        en: 'pass: marked in the header. change_subject: marked in the subject too. blackhole (SMTP): deleted without a word.',
        ja: 'pass: ヘッダーに付加します。change_subject: 件名にも付加します。blackhole(SMTP): 通知せずに削除します。',
      },
    }),
    spam_change_subject_prefix: text(
      '[SPAM]',
      { maxBytes: 396, maxCharacters: 99 },
      {
        label: { en: 'Mark in the subject', ja: '件名に付加する文字列' },
        help: {
          en: 'Put before the subject of spam by spam_action=change_subject. What is not ASCII is encoded (RFC 2047).',
          ja: 'spam_action=change_subjectの場合に件名の先頭に付加します。ASCII以外はRFC 2047で符号化します。',
        },
      },
    ),
    spam_notify_admin: flag(false, {
      label: { en: 'Notify the administrator of spam', ja: 'スパムを管理者へ通知' },
      help: { en: 'Sends a mail to the administrator on spam.', ja: 'スパム検出時に管理者へメールを送信します。' },
    }),
    spam_quarantine: flag(false, {
      label: { en: 'Quarantine spam', ja: 'スパムの隔離保存' },
      help: {
        en: 'Keeps spam in the quarantine directory (common.quarantine_dir), in mailbox format.',
        ja: 'スパムを隔離ディレクトリ(common.quarantine_dir)にmbox形式で保存します。',
      },
    }),
  } as const
}
