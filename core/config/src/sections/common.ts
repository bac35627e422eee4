/** Settings of the gateway as a whole, under the guide's names (7.1.1.5). */
import { choice, flag, integer, list, notInUseYet, text } from '@fsigk/plugin-api'
import { languages } from '../domain/templates.js'

const MAX_PATH_BYTES = 1023

export const common = {
  product_name: text(
    'fsigk',
    { maxBytes: 64 },
    {
      label: { en: 'Product name', ja: '製品名' },
      help: {
        en: 'The name that replies, headers and notices give to this product.',
        ja: '応答、ヘッダー、通知で使用する製品名です。',
      },
    },
  ),
  language: choice('en', languages, {
    label: { en: 'Language', ja: '言語' },
    help: {
      en: 'The language of the shipped templates and of the comments in fsigk.ini.',
      ja: '標準テンプレートとfsigk.iniのコメントに使用する言語です。',
    },
  }),
  tmpdir: text(
    '',
    { maxBytes: MAX_PATH_BYTES, format: 'folder' },
    {
      label: { en: 'Temporary directory', ja: '一時ディレクトリ' },
      help: {
        en: 'Where files are kept while they are scanned. Empty: tmp in the state folder (FSIGK_HOME).',
        ja: '検査中のファイルを一時保存するディレクトリです。空の場合は状態フォルダー(FSIGK_HOME)のtmpを使用します。',
      },
    },
  ),
  spool_group: text(
    '',
    { maxBytes: 32 },
    {
      label: { en: 'Group that may read the spool', ja: '一時ファイルを読み取れるグループ' },
      help: {
        en: 'A scanner of this system group reads files that are being scanned by their path. It must also be let through the folders above tmpdir. Empty: nobody but the gateway.',
        ja: 'このグループの検査エンジンは検査中のファイルをパスで読み取れます。tmpdirの上位フォルダーも通過できる必要があります。空の場合はゲートウェイのみです。',
      },
      dangerous: true,
    },
  ),
  quarantine_dir: text(
    '',
    { maxBytes: MAX_PATH_BYTES, format: 'folder' },
    {
      label: { en: 'Quarantine directory', ja: '隔離ディレクトリ' },
      help: {
        en: 'Where infected content is kept when a service quarantines. Empty: quarantine in the state folder (FSIGK_HOME).',
        ja: '隔離保存が有効な場合に感染データを保存するディレクトリです。空の場合は状態フォルダー(FSIGK_HOME)のquarantineを使用します。',
      },
    },
  ),
  verdict_cache: flag(true, {
    label: { en: 'Remember verdicts', ja: '検査結果を記憶する' },
    help: {
      en: 'What costly scanners said of a content is remembered, so that the same bytes are not scanned twice under the same definitions.',
      ja: '検査エンジンの結果を記憶し、同じ定義ファイルの間は同じ内容を再検査しません。',
    },
  }),
  verdict_cache_size: integer(
    16_777_216,
    { min: 65_536, max: 17_179_869_184 },
    {
      label: { en: 'Size of remembered verdicts', ja: '検査結果の記憶容量' },
      help: {
        en: 'Memory for remembered verdicts, in each worker and once for all of them; about 60,000 contents in 16 MB. Those not met for longest are forgotten.',
        ja: '検査結果の記憶に使用するメモリーです(ワーカーごと、および全体で1つ)。超えた場合は、最も長く使われていないものから消去します。',
      },
      unit: 'bytes',
      effect: 'live',
    },
  ),
  verdict_cache_time: integer(
    3_600,
    { min: 1, max: 604_800 },
    {
      label: { en: 'Time of remembered verdicts', ja: '検査結果の記憶時間' },
      help: {
        en: 'A content is scanned again after this time even under the same definitions.',
        ja: '同じ定義ファイルの間でも、この時間の経過後は再検査します。',
      },
      unit: 's',
      effect: 'live',
    },
  ),
  drain_timeout: integer(
    30,
    { min: 0, max: 86_400 },
    {
      label: { en: 'Time to finish at a stop', ja: '停止時の待ち時間' },
      help: {
        en: 'How long connections may go on after the gateway was told to stop or to listen elsewhere.',
        ja: '停止または待ち受け先の変更後、接続中の通信の終了を待つ時間です。',
      },
      unit: 's',
      effect: 'live',
    },
  ),
  dns_cache: integer(
    60,
    { min: 0, max: 86_400 },
    {
      label: { en: 'Keep host names for', ja: 'ホスト名の保持時間' },
      help: {
        en: "How long the addresses of a server's name are kept at most, and no longer than its name servers say. 0 keeps none.",
        ja: 'サーバ名のアドレスを保持する最大時間です(DNSの有効期間を超えません)。0は保持しません。',
      },
      unit: 's',
    },
  ),
  admin_mailaddr: list(
    '',
    { maxBytes: 1999 },
    {
      label: { en: "Administrator's e-mail address", ja: '管理者のメールアドレス' },
      help: {
        en: 'Addresses that are notified of viruses, joined by commas. The first is the sender of notices.',
        ja: 'ウイルス検出を通知するアドレスです。カンマで区切って複数指定できます。先頭のアドレスを送信者として使用します。',
      },
    },
  ),
  admin_mx_host: text(
    '',
    { maxBytes: 255, format: 'host' },
    {
      label: { en: 'SMTP server for notices', ja: '通知用SMTPサーバー' },
      help: {
        en: 'The mail server that sends notices to the administrator.',
        ja: '管理者への通知メールを送信するメールサーバーです。',
      },
    },
  ),
  admin_mx_port: integer(
    25,
    { min: 1, max: 65_535 },
    {
      label: { en: 'Port of the SMTP server for notices', ja: '通知用SMTPサーバーのポート番号' },
      help: {
        en: 'The port of admin_mx_host.',
        ja: 'admin_mx_hostのポート番号です。',
      },
    },
  ),
  admin_notification_id: text(
    '',
    { maxBytes: 255 },
    {
      label: { en: 'Key of notices', ja: '管理者通知のキー' },
      help: {
        en: 'The key by which notices to the administrator are known as ours (X-Admin-Notification-Id) and not scanned again. Empty: one of this installation.',
        ja: '管理者への通知メールを識別し(X-Admin-Notification-Id)、再検査しないためのキーです。空の場合はインストールごとのキーを使用します。',
      },
      secret: true,
    },
  ),
  virus_info_url: text(
    'http://cgi.f-secure.com/cgi-bin/search.cgi?q=',
    { maxBytes: 1999 },
    {
      label: { en: 'Address of information about a virus', ja: 'ウイルス情報のURL' },
      help: {
        en: 'Stands for ${VIRUS_INFO_URL} in templates. ${DETECTION_NAME} in it is the name of the virus; without it, the name follows.',
        ja: 'テンプレートの${VIRUS_INFO_URL}の値です。${DETECTION_NAME}は検出名になります。含まれない場合は末尾に検出名が付加されます。',
      },
    },
  ),
  ...notInUseYet({
    quarantine_size: integer(
      1_000,
      { min: 0, max: 1_000_000_000 },
      {
        label: { en: 'Size of the quarantine', ja: '隔離ディレクトリの最大サイズ' },
        help: {
          en: 'Beyond it the oldest content is removed. 0 is unlimited.',
          ja: '超えた場合は古いデータから削除します。0は無制限です。',
        },
        unit: 'MB',
      },
    ),
    quarantine_days: integer(
      30,
      { min: 0, max: 36_500 },
      {
        label: { en: 'Time in quarantine', ja: '隔離期間' },
        help: {
          en: 'Older content is removed. 0 is unlimited.',
          ja: 'これより古いデータを削除します。0は無制限です。',
        },
        unit: 'days',
      },
    ),
  }),
} as const
