/**
 * The section `http` (guide 7.1.1.1): names, defaults, limits and labels. Ours beside the guide's, in its style: workers,
 * backlog, header_timeout, idle_timeout, connect_timeout, max_urllen, max_header, local_to, http10,
 * pass_user_agent_builtin, trickle, progress, range, block_user_agent.
 */
import {
  accessSettings,
  blockSettings,
  choice,
  flag,
  inspectionSettings,
  integer,
  list,
  listenerSettings,
  logSettings,
  notInUseYet,
  notifySettings,
  parentSettings,
  passExtSettings,
  reverseLookupSettings,
  riskwareSettings,
  type SettingsOf,
  transparentSettings,
  unscannedHostsSettings,
  waitingSettings,
} from '@fsigk/plugin-api'
import { longDownloadSettings } from './settings/long-downloads.js'
import { rangeSettings } from './settings/range.js'
import { slowPeersSettings } from './settings/slow-peers.js'
import { tunnelSettings } from './settings/tunnels.js'
import { uploadSettings } from './settings/uploads.js'
import { userAgentSettings } from './settings/user-agents.js'

/** The guide's limit of a list, in bytes. */
const LIST_BYTES = 1999
const MAX_URL_BYTES = 65_536
const DAY_S = 86_400

export const settings = {
  http_service: flag(true, {
    label: { en: 'HTTP proxy', ja: 'HTTPプロキシ' },
    help: { en: 'Starts or stops the HTTP proxy service.', ja: 'HTTPプロキシサービスを開始または停止します。' },
    effect: 'rebind',
  }),
  ...listenerSettings({ svcport: '9080' }),
  self_proxy: flag(false, {
    label: { en: 'Parent server', ja: '親サーバ' },
    help: {
      en: 'Forwards all connections to parent_server_host: another proxy, or the web server behind a reverse proxy. Dangerous: without it, a reverse proxy is a proxy for everybody.',
      ja: 'すべての接続をparent_server_host(上位プロキシ、またはリバースプロキシの場合はWebサーバ)に転送します。危険: 無効にすると、リバースプロキシが誰でも使えるプロキシになります。',
    },
    dangerous: true,
  }),
  ...parentSettings({ port: 8080 }),

  ...inspectionSettings,
  ...logSettings,
  action: choice('delete', ['pass', 'delete'], {
    label: { en: 'Action on viruses', ja: 'ウイルス検出時の動作' },
    help: {
      en: 'delete: the client gets the detection page instead. pass: the content passes, the detection is logged.',
      ja: 'delete: 代わりに検出画面を返します。pass: 通過させ、検出を記録します。',
    },
  }),
  ...notifySettings,
  ...uploadSettings,
  ...notInUseYet(riskwareSettings),
  ...blockSettings,
  ...userAgentSettings,

  pass_user_agent: flag(false, {
    label: { en: 'Skip scanning by User-Agent', ja: 'User-Agentによる検査除外' },
    help: {
      en: 'Data for the clients of pass_user_agent_list is forwarded as it comes. Any client can claim to be one.',
      ja: 'pass_user_agent_listのクライアントへは受信次第転送します。User-Agentは容易に詐称できます。',
    },
  }),
  pass_user_agent_list: list(
    '',
    { maxBytes: LIST_BYTES },
    {
      label: { en: 'User-Agents', ja: 'User-Agent' },
      help: { en: 'How they begin; case matters. Separated by ",".', ja: '前方一致、大文字小文字を区別。","区切り。' },
    },
  ),
  pass_user_agent_builtin: flag(false, {
    label: { en: 'Skip well-known updaters', ja: '既知の更新プログラムを検査除外' },
    help: {
      en: 'Adds the built-in list of updaters and players to pass_user_agent_list. Any client can claim to be one.',
      ja: '内蔵の更新プログラム・プレーヤー一覧を検査除外に加えます。User-Agentは容易に詐称できます。',
    },
  }),
  ...passExtSettings,
  ...unscannedHostsSettings('http'),

  ...accessSettings('http', { acl_from: true }),
  ...tunnelSettings,
  proxyauth_pam_auth: flag(false, {
    label: { en: 'Proxy authentication', ja: 'プロキシ認証' },
    help: { en: 'Asks clients for a user and password.', ja: 'クライアントにユーザ名とパスワードを求めます。' },
    notInUseYet: true,
  }),
  ...reverseLookupSettings,

  keepalive: flag(true, {
    label: { en: 'Keep-Alive', ja: 'Keep-Alive接続' },
    help: {
      en: 'Uses persistent connections with clients and servers.',
      ja: 'クライアントおよびサーバと持続的接続を使用します。',
    },
  }),
  keepalive_timeout: integer(
    15,
    { min: 1, max: DAY_S },
    {
      label: { en: 'Keep-Alive timeout', ja: 'Keep-Aliveタイムアウト' },
      help: {
        en: 'How long a connection waits for its next request.',
        ja: '次のリクエストを待つ時間です。',
      },
      unit: 's',
    },
  ),
  ...slowPeersSettings,
  ...waitingSettings,
  anonymous: flag(false, {
    label: { en: 'Anonymous proxy', ja: '匿名プロキシ' },
    help: {
      en: 'Tells servers nothing of the proxy and the client (Via, X-Forwarded-For).',
      ja: 'プロキシおよびクライアントの情報(Via、X-Forwarded-For)をサーバに送信しません。',
    },
  }),
  ...notInUseYet(transparentSettings),
  ...longDownloadSettings,
  ...rangeSettings,
  http10: flag(false, {
    label: { en: 'Speak HTTP/1.0', ja: 'HTTP/1.0で通信' },
    help: {
      en: 'Changes HTTP/1.1 to HTTP/1.0 on both sides, for servers and clients that need it.',
      ja: '双方のHTTP/1.1をHTTP/1.0に変更します。必要とするサーバやクライアントのための設定です。',
    },
  }),
  max_urllen: integer(
    2098,
    { min: 2098, max: MAX_URL_BYTES },
    {
      label: { en: 'Longest URL', ja: '最大URL長' },
      help: { en: 'Longer URLs are refused (414).', ja: 'これより長いURLは拒否されます(414)。' },
      unit: 'bytes',
    },
  ),
  max_header: integer(
    10_240,
    { min: 1024, max: 1_048_576 },
    {
      label: { en: 'Largest response header', ja: '最大レスポンスヘッダ長' },
      help: {
        en: 'Responses with a larger header are refused (502).',
        ja: 'これより大きいヘッダのレスポンスは拒否されます(502)。',
      },
      unit: 'bytes',
    },
  ),
} as const

export type HttpSettings = SettingsOf<typeof settings>
