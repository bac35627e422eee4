/** The section `pop` (guide 7.1.1.3): names, defaults, limits and labels. */
import {
  accessSettings,
  accountSettings,
  blockSettings,
  choice,
  flag,
  inspectionSettings,
  integer,
  listenerSettings,
  logSettings,
  mailScanSettings,
  notInUseYet,
  notifySettings,
  parentSettings,
  passExtSettings,
  reverseLookupSettings,
  riskwareSettings,
  type SettingsOf,
  spamSettings,
  transparentSettings,
  waitingSettings,
} from '@fsigk/plugin-api'

/** How much of a message TOP may show, and how long is waited (expert options, in the guide's style). */
const conversationSettings = {
  top: choice('whole', ['whole', 'block', 'pass'], {
    label: { en: 'Beginnings of messages (TOP)', ja: 'メールの先頭部分の取得(TOP)' },
    help: {
      en: 'TOP shows the beginning of a message. whole: the whole message is fetched and scanned, and its beginning shown. block: refused. pass: passes unscanned and is logged so. Dangerous with pass: some clients fetch whole messages by TOP.',
      ja: 'TOPはメールの先頭部分を取得します。whole: 全体を取得して検査し、先頭部分を返します。block: 拒否します。pass: 検査せずに通過させて記録します。危険(pass): TOPでメール全体を取得するクライアントがあります。',
    },
    dangerous: true,
  }),
  idle_timeout: integer(
    600,
    { min: 1, max: 86_400 },
    {
      label: { en: 'Idle timeout', ja: '無通信タイムアウト' },
      help: {
        en: 'How long a client may send no command and take no data, or a server send nothing, before the session is cut off. RFC 1939 asks for 10 minutes at least. While a message is scanned, the server hears NOOP every tenth of it.',
        ja: 'クライアントからのコマンドや受信、またはサーバからの応答がない状態がこの時間続くと切断します。RFC 1939では10分以上が求められます。検査中はこの10分の1の間隔でサーバにNOOPを送信します。',
      },
      unit: 's',
    },
  ),
} as const

export const settings = {
  pop_service: flag(false, {
    label: { en: 'POP proxy', ja: 'POPプロキシ' },
    help: { en: 'Starts or stops the POP proxy service.', ja: 'POPプロキシサービスを開始または停止します。' },
    effect: 'rebind',
  }),
  ...listenerSettings({ svcport: '9110' }),
  ...parentSettings({ port: 110 }),
  ...accountSettings,
  ...inspectionSettings,
  ...logSettings,
  action: choice('delete', ['pass', 'delete'], {
    label: { en: 'Action on viruses', ja: 'ウイルス検出時の動作' },
    help: {
      en: 'delete: the detection message stands in place of the mail. pass: delivered with X-Virus-Status.',
      ja: 'delete: メールを検出メッセージに置き換えます。pass: X-Virus-Statusを付加して配送します。',
    },
  }),
  ...notifySettings,
  ...notInUseYet(spamSettings(['pass', 'change_subject'])),
  ...accessSettings('pop', { acl_from: true }),
  ...reverseLookupSettings,
  ...blockSettings,
  ...passExtSettings,
  ...notInUseYet(riskwareSettings),
  ...mailScanSettings,
  ...notInUseYet(transparentSettings),
  ...waitingSettings,
  ...conversationSettings,
} as const

export type PopSettings = SettingsOf<typeof settings>
