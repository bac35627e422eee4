/** What clients get of a download that takes long, before its verdict (guide 9.1.1). */
import { flag, integer } from '@fsigk/plugin-api'

const HOUR_S = 3600
const MEGABYTE = 1_048_576

export const longDownloadSettings = {
  trickle: flag(false, {
    label: { en: 'Trickle', ja: 'トリクル送信' },
    help: {
      en: 'Sends a little of a long download while it is received and scanned, so that clients do not give up. The rest follows the verdict; on a detection the connection is cut. What was sent before it, at most trickle_bytes every trickle_interval and never the last trickle_keep bytes, stays with the client and may be harmful by itself. Files up to trickle_keep are never trickled, and neither are HTML, XML, and what browsers may take for them.',
      ja: '受信・検査中に長いダウンロードを少しずつ送信し、クライアントのタイムアウトを防ぎます。残りは判定後に送信し、検出時は接続を切断します。判定前に送信した部分(trickle_interval毎に最大trickle_bytes、末尾のtrickle_keepバイトは除く)はクライアントに残り、それだけで有害なことがあります。trickle_keep以下のファイル、HTML、XML、およびブラウザがそれらと解釈しうるデータはトリクル送信しません。',
    },
  }),
  trickle_delay: integer(
    10,
    { min: 1, max: HOUR_S },
    {
      label: { en: 'Trickle after', ja: 'トリクル送信の開始時間' },
      help: {
        en: 'How long a download is held before a little of it is sent.',
        ja: 'ダウンロードの送信を始めるまでの保留時間です。',
      },
      unit: 's',
    },
  ),
  trickle_interval: integer(
    5,
    { min: 1, max: HOUR_S },
    {
      label: { en: 'Trickle every', ja: 'トリクル送信の間隔' },
      help: { en: 'The time between two such parts.', ja: '部分送信の間隔です。' },
      unit: 's',
    },
  ),
  trickle_bytes: integer(
    1024,
    { min: 1, max: MEGABYTE },
    {
      label: { en: 'Trickled length', ja: 'トリクル送信のサイズ' },
      help: { en: 'How much is sent each time.', ja: '1回に送信するサイズです。' },
      unit: 'bytes',
    },
  ),
  trickle_keep: integer(
    65_536,
    { min: 4096, max: 1024 * MEGABYTE },
    {
      label: { en: 'Kept back from trickling', ja: 'トリクル送信しない末尾' },
      help: {
        en: 'So much of what has come last is never sent before the verdict. Files up to this length are held whole.',
        ja: '受信済みの末尾のうち、判定前に送信しないサイズです。これ以下のファイルは全体を保留します。',
      },
      unit: 'bytes',
    },
  ),
  progress: flag(false, {
    label: { en: 'Progress page', ja: '進捗画面' },
    help: {
      en: 'Shows browsers a page that refreshes itself while a long download is received and scanned, with a link to the scanned file at its end. At most 100 downloads at a time, 5 of one client.',
      ja: '長いダウンロードの受信・検査中、自動更新される進捗画面をブラウザに表示し、検査完了後にファイルへのリンクを表示します。同時に最大100件、1クライアントあたり5件です。',
    },
  }),
  progress_delay: integer(
    10,
    { min: 1, max: HOUR_S },
    {
      label: { en: 'Progress page after', ja: '進捗画面の表示開始時間' },
      help: {
        en: 'How long a download takes before its page is shown.',
        ja: '進捗画面を表示するまでの時間です。',
      },
      unit: 's',
    },
  ),
  progress_lifetime: integer(
    300,
    { min: 1, max: 24 * HOUR_S },
    {
      label: { en: 'Lifetime of scanned files', ja: '検査済みファイルの保持時間' },
      help: {
        en: 'How long a scanned file can be fetched, by the client that asked for it and under the name of its site. A download whose page nobody has looked at for so long ends.',
        ja: '検査済みファイルを要求元のクライアントが取得できる時間です。この時間、進捗画面が表示されないダウンロードは中止されます。',
      },
      unit: 's',
    },
  ),
} as const
