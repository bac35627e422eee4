/** The section `smtp` (guide 7.1.1.2): names, defaults, limits and labels. The LAN settings follow the guide's `lan_parent_server`. */
import {
  accessSettings,
  blockSettings,
  choice,
  flag,
  inspectionSettings,
  integer,
  listenerSettings,
  logSettings,
  lowestRateSettings,
  mailScanSettings,
  notInUseYet,
  notifySettings,
  parentSettings,
  passExtSettings,
  reverseLookupSettings,
  riskwareSettings,
  type SettingsOf,
  spamSettings,
  text,
  transparentSettings,
  waitingSettings,
} from '@fsigk/plugin-api'
import { messageSettings } from './transaction/settings.js'

const actions = ['pass', 'deny', 'blackhole', 'delete', 'sendback'] as const

const ACTION_HELP = {
  en: 'pass: delivered with X-Virus-Status. deny: refused (554). blackhole: deleted without a word. delete: the recipients get the detection message instead. sendback: the sender gets it.',
  ja: 'pass: X-Virus-Statusを付加して配送します。deny: 拒否します(554)。blackhole: 通知せずに削除します。delete: 削除して受信者に検出メッセージを送信します。sendback: 削除して送信者に検出メッセージを送信します。',
} as const

/** Who may send to whom. */
const relaySettings = {
  acl_rcpt: flag(false, {
    label: { en: 'Restrict recipients', ja: 'メール受信者の制限' },
    help: {
      en: 'Mail is accepted only for the domains of access.smtp_rcpt, and from clients of the LAN or that proved themselves. Dangerous: without it, anybody may send to anybody.',
      ja: 'access.smtp_rcptのドメイン宛、またはLANや認証済みのクライアントからのメールのみ受け付けます。危険: 無効時は任意の宛先へ送信できます。',
    },
    dangerous: true,
  }),
} as const

/** How a client proves itself to the gateway. */
const proofSettings = {
  proxymail_auth: flag(false, {
    label: { en: 'SMTP authentication', ja: 'SMTP認証' },
    help: {
      en: 'The gateway itself asks clients for a user and password (AUTH PLAIN, AUTH LOGIN).',
      ja: 'ゲートウェイがクライアントにユーザ名とパスワードを求めます(AUTH PLAIN、AUTH LOGIN)。',
    },
    dangerous: true,
  }),
  pbs: flag(false, {
    label: { en: 'POP-before-SMTP', ja: 'POP-before-SMTP認証' },
    help: {
      en: 'Clients that proved themselves to the POP proxy may send for pbs_lifetime. Dangerous: by their address alone.',
      ja: 'POPプロキシで認証したクライアントにpbs_lifetimeの間送信を許可します。危険: アドレスのみで判断します。',
    },
    dangerous: true,
  }),
  pbs_lifetime: integer(
    30,
    { min: 1, max: 10_080 },
    {
      label: { en: 'POP-before-SMTP: valid for', ja: 'POP-before-SMTP: 有効期間' },
      help: { en: 'How long the proof remains valid.', ja: '認証の有効期間です。' },
      unit: 'min',
    },
  ),
} as const

/** For the hosts of access.smtp_lan, whose mail is not checked for spam. */
const lanSettings = {
  lan: flag(false, {
    label: { en: 'LAN access settings', ja: 'LANからの接続設定' },
    help: {
      en: 'Hosts of access.smtp_lan meet the settings lan_… and no spam check.',
      ja: 'access.smtp_lanのホストにはlan_で始まる設定を適用し、スパム検査を行いません。',
    },
    dangerous: true,
  }),
  lan_parent_server: flag(false, {
    label: { en: 'LAN: other parent server', ja: 'LAN: 別の親サーバ' },
    help: {
      en: 'Mail of the LAN goes to lan_parent_server_host.',
      ja: 'LANからのメールをlan_parent_server_hostに転送します。',
    },
  }),
  lan_parent_server_host: text(
    '',
    { maxBytes: 255, format: 'host' },
    {
      label: { en: 'LAN: parent server host', ja: 'LAN: 親サーバのホスト名' },
      help: { en: 'The mail server for the LAN.', ja: 'LAN用のメールサーバです。' },
      dangerous: true,
    },
  ),
  lan_parent_server_port: integer(
    25,
    { min: 1, max: 65_535 },
    {
      label: { en: 'LAN: parent server port', ja: 'LAN: 親サーバのポート' },
      help: { en: 'The port of lan_parent_server_host.', ja: 'lan_parent_server_hostのポート番号です。' },
      dangerous: true,
    },
  ),
  lan_action: choice('deny', actions, {
    label: { en: 'LAN: action on viruses', ja: 'LAN: ウイルス検出時の動作' },
    help: ACTION_HELP,
  }),
  lan_notify_admin: flag(false, {
    label: { en: 'LAN: notify the administrator', ja: 'LAN: 管理者へ通知' },
    help: {
      en: 'Sends a mail to the administrator on a detection in mail of the LAN.',
      ja: 'LANからのメールで検出した場合に管理者へメールを送信します。',
    },
  }),
  lan_quarantine: flag(false, {
    label: { en: 'LAN: quarantine', ja: 'LAN: 隔離保存' },
    help: {
      en: 'Keeps infected mail of the LAN in the quarantine directory (common.quarantine_dir), in mailbox format.',
      ja: 'LANからの感染メールを隔離ディレクトリ(common.quarantine_dir)にmbox形式で保存します。',
    },
  }),
} as const

/** How lines are read. */
const lineSettings = {
  bare_line_ends: choice('refuse', ['refuse', 'normalise'], {
    label: { en: 'CR, LF and NUL by themselves', ja: '単独のCR、LF、NUL' },
    help: {
      en: 'refuse: commands and messages in which CR or LF stand by themselves, or NUL, are refused. normalise: CR and LF become CRLF, NUL is left out. Only CRLF.CRLF ends a message.',
      ja: 'refuse: 単独のCRやLF、NULを含むコマンドとメールを拒否します。normalise: CRとLFをCRLFに変換し、NULを取り除きます。メールの終端はCRLF.CRLFのみです。',
    },
  }),
} as const

export const settings = {
  smtp_service: flag(false, {
    label: { en: 'SMTP proxy', ja: 'SMTPプロキシ' },
    help: { en: 'Starts or stops the SMTP proxy service.', ja: 'SMTPプロキシサービスを開始または停止します。' },
    effect: 'rebind',
  }),
  ...listenerSettings({ svcport: '9025' }),
  ...parentSettings({ port: 25 }),
  ...inspectionSettings,
  ...logSettings,
  action: choice('delete', actions, {
    label: { en: 'Action on viruses', ja: 'ウイルス検出時の動作' },
    help: ACTION_HELP,
  }),
  ...notifySettings,
  ...notInUseYet(spamSettings(['pass', 'change_subject', 'blackhole'])),
  ...relaySettings,
  ...notInUseYet(proofSettings),
  ...lanSettings,
  ...accessSettings('smtp', { acl_from: true }),
  ...reverseLookupSettings,
  ...blockSettings,
  ...passExtSettings,
  ...notInUseYet(riskwareSettings),
  ...mailScanSettings,
  anonymous: flag(false, {
    label: { en: 'Anonymous proxy', ja: '匿名プロキシ' },
    help: { en: 'Adds no Received header.', ja: 'Receivedヘッダーを付加しません。' },
  }),
  ...notInUseYet(transparentSettings),
  ...lineSettings,
  ...messageSettings,
  ...lowestRateSettings,
  ...waitingSettings,
  idle_timeout: integer(
    300,
    { min: 1, max: 86_400 },
    {
      label: { en: 'Idle timeout', ja: '無通信タイムアウト' },
      help: {
        en: 'How long a client may send no command, or a server no reply, before the session is cut off. RFC 5321 asks for 5 minutes at least.',
        ja: 'クライアントからのコマンド、またはサーバからの応答がない状態がこの時間続くと切断します。RFC 5321では5分以上が求められます。',
      },
      unit: 's',
    },
  ),
} as const

export type SmtpSettings = SettingsOf<typeof settings>
