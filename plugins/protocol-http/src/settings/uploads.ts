/** Which bodies of requests are held and scanned before the server is contacted (guide 7.1.1.1). */
import { flag } from '@fsigk/plugin-api'

export const uploadSettings = {
  virus_check_post: flag(false, {
    label: { en: 'Scan sent files', ja: '送信ファイルの検査' },
    help: {
      en: 'Scans files that clients send by POST (multipart/form-data) and PUT before the server is contacted.',
      ja: 'POST(multipart/form-data)およびPUTで送信されるファイルを、サーバへの接続前に検査します。',
    },
  }),
  virus_check_post_raw: flag(false, {
    label: { en: 'Scan all sent data', ja: '全送信データの検査' },
    help: {
      en: 'With virus_check_post: scans the bodies of all other requests too, whatever their method and type.',
      ja: 'virus_check_postと併用: メソッドや種類を問わず、他のすべてのリクエストの本文も検査します。',
    },
  }),
} as const
