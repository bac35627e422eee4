/** Requests for parts of files (guide: none; contracts of the gateway). */
import { choice } from '@fsigk/plugin-api'

export const rangeSettings = {
  range: choice('whole', ['whole', 'block', 'pass'], {
    label: { en: 'Parts of files', ja: '部分取得' },
    help: {
      en: 'Requests for a part of a file (Range). whole: the whole file is fetched and scanned. block: refused (403). pass: parts pass, scanned by themselves and logged UNSCANNED.',
      ja: 'ファイルの部分取得(Range)の扱いです。whole: 全体を取得して検査します。block: 拒否します(403)。pass: 部分のみを検査して通過させ、UNSCANNEDと記録します。',
    },
  }),
} as const
