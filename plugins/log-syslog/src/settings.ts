/** The section `log_syslog`. */
import { choice, integer, logSinkSettings, type SettingsOf, text } from '@fsigk/plugin-api'
import { facilities, type Severity, severities } from './priority.js'

function facilityOf(en: string, ja: string) {
  return choice('local0', facilities, {
    label: { en: `Facility of the ${en} log`, ja: `${ja}のファシリティ` },
    help: { en: 'The syslog facility of these lines.', ja: 'syslogのファシリティです。' },
    effect: 'live',
  })
}

function severityOf(initial: Severity, en: string, ja: string) {
  return choice(initial, severities, {
    label: { en: `Severity of the ${en} log`, ja: `${ja}の重大度` },
    help: { en: 'The syslog severity (level) of these lines.', ja: 'syslogの重大度(レベル)です。' },
    effect: 'live',
  })
}

export const settings = {
  ...logSinkSettings,
  transport: choice('unix', ['udp', 'tcp', 'unix'], {
    label: { en: 'Transport', ja: '転送方式' },
    help: {
      en: 'How lines reach syslog: by UDP (RFC 5426), by TCP with octet counting (RFC 6587), or by the local socket.',
      ja: 'syslogへの転送方式です。UDP(RFC 5426)、TCP(RFC 6587のoctet counting)、またはローカルソケットを使用します。',
    },
    effect: 'live',
  }),
  host: text(
    '127.0.0.1',
    { maxBytes: 255, format: 'host' },
    {
      label: { en: 'Server', ja: 'サーバー' },
      help: { en: 'The syslog server, for udp and tcp.', ja: 'udpおよびtcpで使用するsyslogサーバーです。' },
      effect: 'live',
    },
  ),
  port: integer(
    514,
    { min: 1, max: 65_535 },
    {
      label: { en: 'Port', ja: 'ポート番号' },
      help: { en: 'The port of the syslog server.', ja: 'syslogサーバーのポート番号です。' },
      effect: 'live',
    },
  ),
  path: text(
    '/dev/log',
    { maxBytes: 107, format: 'folder' },
    {
      label: { en: 'Local socket', ja: 'ローカルソケット' },
      help: {
        en: 'The socket of the local syslog, for unix: datagrams, or a stream where it is one.',
        ja: 'unixで使用するローカルsyslogのソケットです。データグラム、またはストリームに対応します。',
      },
      effect: 'live',
      dangerous: true,
    },
  ),
  format: choice('rfc5424', ['rfc5424', 'rfc3164'], {
    label: { en: 'Format', ja: '形式' },
    help: {
      en: 'rfc5424 with structured data, or rfc3164, which the /dev/log of most systems expects.',
      ja: 'rfc5424(構造化データ付き)、または多くのシステムの/dev/logが期待するrfc3164を使用します。',
    },
    effect: 'live',
  }),
  app_name: text(
    'fsigk',
    { maxBytes: 48 },
    {
      label: { en: 'Application name', ja: 'アプリケーション名' },
      help: { en: 'APP-NAME, the tag of every message.', ja: 'メッセージのAPP-NAME(タグ)です。' },
      effect: 'live',
    },
  ),
  host_name: text(
    '',
    { maxBytes: 255 },
    {
      label: { en: 'Host name', ja: 'ホスト名' },
      help: {
        en: "HOSTNAME of every message. Empty: the system's.",
        ja: 'メッセージのHOSTNAMEです。空の場合はシステムのホスト名です。',
      },
      effect: 'live',
    },
  ),
  sd_id: text(
    'fsigk@32473',
    { maxBytes: 32 },
    {
      label: { en: 'Structured data id', ja: '構造化データID' },
      help: {
        en: 'The SD-ID of the structured data (RFC 5424 6.3.2): a name, @, and your enterprise number.',
        ja: '構造化データのSD-ID(RFC 5424 6.3.2)です。名前、@、企業番号で構成します。',
      },
      effect: 'live',
    },
  ),
  max_message: integer(
    8192,
    { min: 480, max: 65_000 },
    {
      label: { en: 'Longest message', ja: '最大メッセージ長' },
      help: {
        en: 'Longer messages are cut at this length. Many servers take 8192 bytes, some only 2048.',
        ja: 'これより長いメッセージは切り詰められます。多くのサーバーは8192バイト、一部は2048バイトまで対応します。',
      },
      unit: 'bytes',
      effect: 'live',
    },
  ),
  access_facility: facilityOf('access', 'アクセスログ'),
  access_severity: severityOf('info', 'access', 'アクセスログ'),
  detect_facility: facilityOf('detection', '検出ログ'),
  detect_severity: severityOf('warning', 'detection', '検出ログ'),
  error_facility: facilityOf('error', 'エラーログ'),
  error_severity: severityOf('err', 'error', 'エラーログ'),
  info_facility: facilityOf('information', '情報ログ'),
  info_severity: severityOf('info', 'information', '情報ログ'),
} as const

export type SyslogSettings = SettingsOf<typeof settings>
