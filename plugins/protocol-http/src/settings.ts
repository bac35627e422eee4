/**
 * The section `http` (guide 7.1.1.1): names, defaults, limits and labels. Ours beside the guide's, in its style: workers,
 * backlog, header_timeout, idle_timeout, connect_timeout, connect_ports, max_urllen, max_header, local_to, http10,
 * pass_user_agent_builtin.
 */
import { choice, flag, inspectionSettings, integer, list, logSettings, type SettingsOf, text } from '@fsigk/plugin-api'

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
  svcport: text(
    '9080',
    { maxBytes: 128, format: 'svcport' },
    {
      label: { en: 'Proxy port', ja: 'プロキシポート' },
      help: {
        en: 'Where the service listens: PPP, A.A.A.A:PPP, %EEE:PPP, A.A.A.A%EEE:PPP or [IPv6]:PPP (port, address, interface).',
        ja: '待ち受けるポート: PPP、A.A.A.A:PPP、%EEE:PPP、A.A.A.A%EEE:PPP、[IPv6]:PPP(ポート、アドレス、インターフェース)。',
      },
      effect: 'rebind',
    },
  ),
  workers: integer(
    0,
    { min: 0, max: 64 },
    {
      label: { en: 'Worker processes', ja: 'ワーカープロセス数' },
      help: {
        en: 'How many processes hold connections of this service. 0 is one for each processor core.',
        ja: '接続を処理するプロセスの数です。0はプロセッサコアごとに1つです。',
      },
      effect: 'rebind',
      unit: 'processes',
    },
  ),
  pre_spawn: integer(
    2000,
    { min: 1, max: 100_000 },
    {
      label: { en: 'Maximum connections', ja: '最大同時接続数' },
      help: {
        en: 'How many clients may be connected at once, over all workers. Further ones wait.',
        ja: '同時に接続できるクライアント数です(全ワーカー合計)。超えた接続は待たされます。',
      },
      effect: 'live',
      unit: 'connections',
    },
  ),
  backlog: integer(
    128,
    { min: 1, max: 65_535 },
    {
      label: { en: 'Waiting connections', ja: '待機接続数' },
      help: {
        en: 'How many connections beyond pre_spawn are accepted and wait; further ones wait in the system.',
        ja: 'pre_spawnを超えて受け付け、待機させる接続数です。それ以上はシステム側で待機します。',
      },
      effect: 'rebind',
      unit: 'connections',
    },
  ),
  self_proxy: flag(false, {
    label: { en: 'Parent server', ja: '親サーバ' },
    help: {
      en: 'Forwards all connections to parent_server_host.',
      ja: 'すべての接続をparent_server_hostに転送します。',
    },
    notInUseYet: true,
  }),
  parent_server_host: text(
    '',
    { maxBytes: 255, format: 'host' },
    {
      label: { en: 'Parent server host', ja: '親サーバのホスト名' },
      help: {
        en: 'The parent proxy, or the web server of a reverse proxy.',
        ja: '親プロキシ、またはリバースプロキシのウェブサーバです。',
      },
      notInUseYet: true,
    },
  ),
  parent_server_port: integer(
    8080,
    { min: 1, max: 65_535 },
    {
      label: { en: 'Parent server port', ja: '親サーバのポート' },
      help: { en: 'The port of parent_server_host.', ja: 'parent_server_hostのポート番号です。' },
      notInUseYet: true,
    },
  ),

  ...inspectionSettings,
  ...logSettings,
  action: choice('delete', ['pass', 'delete'], {
    label: { en: 'Action on viruses', ja: 'ウイルス検出時の動作' },
    help: {
      en: 'delete: the client gets the detection page instead. pass: the content passes, the detection is logged.',
      ja: 'delete: 代わりに検出画面を返します。pass: 通過させ、検出を記録します。',
    },
  }),
  notify_admin: flag(false, {
    label: { en: 'Notify the administrator', ja: '管理者へ通知' },
    help: { en: 'Sends a mail to the administrator on a detection.', ja: '検出時に管理者へメールを送信します。' },
    notInUseYet: true,
  }),
  virus_check_post: flag(false, {
    label: { en: 'Scan sent files', ja: '送信ファイルの検査' },
    help: {
      en: 'Scans files that clients send by POST (multipart/form-data) and PUT before the server is contacted.',
      ja: 'POST(multipart/form-data)およびPUTで送信されるファイルを、サーバへの接続前に検査します。',
    },
    notInUseYet: true,
  }),
  riskware_check: flag(false, {
    label: { en: 'Scan riskware', ja: 'リスクウェアの検査' },
    help: { en: 'Detects riskware as well as viruses.', ja: 'ウイルスに加えてリスクウェアを検出します。' },
    notInUseYet: true,
  }),
  pass_riskware: list(
    '',
    { maxBytes: LIST_BYTES, separator: ';' },
    {
      label: { en: 'Skip riskware', ja: '検査除外リスクウェア' },
      help: {
        en: 'Riskware that is not detected: Category.Platform.Family with * as wildcard, separated by ";".',
        ja: '検出しないリスクウェア。Category.Platform.Family形式(*使用可)、";"区切り。',
      },
      notInUseYet: true,
    },
  ),

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
  pass_ext: flag(false, {
    label: { en: 'Skip scanning by file name', ja: 'ファイル名による検査除外' },
    help: {
      en: 'Files whose names end as in pass_ext_list are forwarded as they come.',
      ja: 'pass_ext_listに後方一致するファイルは受信次第転送します。',
    },
  }),
  pass_ext_list: list(
    '',
    { maxBytes: LIST_BYTES },
    {
      label: { en: 'Files and extensions', ja: 'ファイル名・拡張子' },
      help: {
        en: 'How the names end; case does not matter. Separated by ",".',
        ja: '後方一致、大文字小文字を区別しません。","区切り。',
      },
    },
  ),
  acl_pass_to: flag(false, {
    label: { en: 'Skip scanning by host', ja: 'ホスト名による検査除外' },
    help: {
      en: 'Data from the hosts of access.http_pass_to is forwarded as it comes.',
      ja: 'access.http_pass_toのホストからのデータは受信次第転送します。',
    },
    dangerous: true,
  }),

  acl_from: flag(true, {
    label: { en: 'Access control: from', ja: 'アクセス制御: 接続元' },
    help: { en: 'Only the hosts of access.http_from may connect.', ja: 'access.http_fromのホストのみ接続できます。' },
    dangerous: true,
  }),
  acl_to: flag(false, {
    label: { en: 'Access control: to', ja: 'アクセス制御: 接続先' },
    help: { en: 'Only the hosts of access.http_to may be reached.', ja: 'access.http_toのホストにのみ接続できます。' },
  }),
  local_to: text(
    '',
    { maxBytes: 2047, format: 'access-list' },
    {
      label: { en: 'Local destinations', ja: 'ローカル接続先' },
      help: {
        en: 'Loopback, link-local, metadata and own addresses that may be reached all the same. Dangerous: it opens what only this machine should see.',
        ja: '接続を許可するループバック、リンクローカル、メタデータ、自ホストのアドレス。危険: 本機だけが見るべきものを公開します。',
      },
      dangerous: true,
    },
  ),
  connect_ports: text(
    '443',
    { maxBytes: LIST_BYTES, format: 'ports' },
    {
      label: { en: 'CONNECT ports', ja: 'CONNECT許可ポート' },
      help: {
        en: 'Ports that tunnels (CONNECT) may reach: 443,8443,9000-9010. Tunnels are not scanned.',
        ja: 'トンネル(CONNECT)を許可するポート: 443,8443,9000-9010。トンネルは検査されません。',
      },
    },
  ),
  proxyauth_pam_auth: flag(false, {
    label: { en: 'Proxy authentication', ja: 'プロキシ認証' },
    help: { en: 'Asks clients for a user and password.', ja: 'クライアントにユーザ名とパスワードを求めます。' },
    notInUseYet: true,
  }),
  reverselookup: flag(false, {
    label: { en: 'DNS reverse lookup', ja: 'DNS逆引き' },
    help: { en: 'Looks up the host name of clients.', ja: 'クライアントのホスト名を調べます。' },
  }),

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
  header_timeout: integer(
    60,
    { min: 1, max: DAY_S },
    {
      label: { en: 'Request header timeout', ja: 'リクエストヘッダのタイムアウト' },
      help: {
        en: 'How long the header of a request may take to arrive.',
        ja: 'リクエストヘッダの受信にかけられる時間です。',
      },
      unit: 's',
    },
  ),
  idle_timeout: integer(
    120,
    { min: 1, max: DAY_S },
    {
      label: { en: 'Idle timeout', ja: '無通信タイムアウト' },
      help: {
        en: 'A transfer during which no data moves for so long is cut off.',
        ja: '転送中に通信がない状態がこの時間続くと切断します。',
      },
      unit: 's',
    },
  ),
  connect_timeout: integer(
    30,
    { min: 0, max: DAY_S },
    {
      label: { en: 'Connect timeout', ja: '接続タイムアウト' },
      help: {
        en: 'How long a connection to a server may take. 0 is the limit of the system.',
        ja: 'サーバへの接続にかけられる時間です。0はシステムの制限に従います。',
      },
      unit: 's',
    },
  ),
  anonymous: flag(false, {
    label: { en: 'Anonymous proxy', ja: '匿名プロキシ' },
    help: {
      en: 'Tells servers nothing of the proxy and the client (Via, X-Forwarded-For).',
      ja: 'プロキシおよびクライアントの情報(Via、X-Forwarded-For)をサーバに送信しません。',
    },
  }),
  transparent: flag(false, {
    label: { en: 'Transparent proxy', ja: '透過プロキシ' },
    help: { en: 'Serves connections redirected by NAT.', ja: 'NATでリダイレクトされた接続を処理します。' },
    notInUseYet: true,
  }),
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
