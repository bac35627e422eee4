/** Where a service listens, how many it serves at once, and where it sends them (guide 7.1.1.1 to 7.1.1.4). */
import type { SettingsOf } from './settings.js'
import { flag, integer, text } from './settings.js'

const DAY_S = 86_400
const MAX_RATE = 1_048_576

/** Every service has these; the guide gives each its own port. */
export function listenerSettings(initial: { readonly svcport: string }) {
  return {
    svcport: text(
      initial.svcport,
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
    address_limit: integer(
      0,
      { min: 0, max: 100_000 },
      {
        label: { en: 'Connections of one address', ja: '1アドレスあたりの最大接続数' },
        help: {
          en: 'How many of pre_spawn one client address (IPv6: one /64 net) may have; further ones are refused. 0 is a quarter of pre_spawn, at least 32.',
          ja: 'pre_spawnのうち、1つのクライアントアドレス(IPv6では/64)が使用できる接続数です。超えた接続は拒否されます。0はpre_spawnの4分の1(最小32)です。',
        },
        effect: 'live',
        unit: 'connections',
      },
    ),
    address_limit_except: text(
      '127.0.0.0/8 [::1]',
      { maxBytes: 2047, format: 'access-list' },
      {
        label: { en: 'Addresses without a limit', ja: '接続数を制限しないアドレス' },
        help: {
          en: 'Addresses and nets that address_limit does not count: other proxies, NAT.',
          ja: 'address_limitの対象外とするアドレスとネットワークです(他のプロキシ、NATなど)。',
        },
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
  } as const
}

export type ListenerSettings = SettingsOf<ReturnType<typeof listenerSettings>>

/**
 * A parent server, whatever it means to the protocol. Ignored by transparent services. Dangerous, as `local_to` is, which does
 * not hold for it.
 */
export function parentSettings(initial: { readonly port: number }) {
  return {
    parent_server_host: text(
      '',
      { maxBytes: 255, format: 'host' },
      {
        label: { en: 'Parent server host', ja: '親サーバのホスト名' },
        help: {
          en: 'The server that connections are forwarded to. Ignored in transparent mode. Dangerous: it may be on this machine, whatever local_to says.',
          ja: '接続を転送するサーバです。透過モードでは無視されます。危険: local_toの設定にかかわらず本機も指定できます。',
        },
        dangerous: true,
      },
    ),
    parent_server_port: integer(
      initial.port,
      { min: 1, max: 65_535 },
      {
        label: { en: 'Parent server port', ja: '親サーバのポート' },
        help: { en: 'The port of parent_server_host.', ja: 'parent_server_hostのポート番号です。' },
        dangerous: true,
      },
    ),
  } as const
}

/** How long a service waits for the far ends. Expert options, in the guide's style. */
export const waitingSettings = {
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
} as const

/** How slowly the far ends may move data while they are waited for. Expert options, in the guide's style. */
export const lowestRateSettings = {
  client_min_rate: integer(
    50,
    { min: 0, max: MAX_RATE },
    {
      label: { en: 'Lowest rate of clients', ja: 'クライアントの最低転送速度' },
      help: {
        en: 'A client that sends or takes data more slowly, on the average of min_rate_period, is cut off. Only the time during which it is waited for counts. 0 is any rate. Tunnels (HTTP) are exempt.',
        ja: 'min_rate_periodの平均でこれより遅くデータを送信または受信するクライアントを切断します。クライアントを待つ時間のみを計測します。0は無制限です。トンネル(HTTP)は対象外です。',
      },
      unit: 'bytes/s',
    },
  ),
  server_min_rate: integer(
    1,
    { min: 0, max: MAX_RATE },
    {
      label: { en: 'Lowest rate of servers', ja: 'サーバの最低転送速度' },
      help: {
        en: 'A server that sends data to be scanned, or takes a mail, more slowly, on the average of min_rate_period, is given up. Only the time during which it is waited for counts. 0 is any rate.',
        ja: 'min_rate_periodの平均でこれより遅く検査対象のデータを送信、またはメールを受信するサーバとの通信を中止します。サーバを待つ時間のみを計測します。0は無制限です。',
      },
      unit: 'bytes/s',
    },
  ),
  min_rate_period: integer(
    60,
    { min: 1, max: 3600 },
    {
      label: { en: 'Time of the average', ja: '転送速度の平均時間' },
      help: {
        en: 'The time over which client_min_rate and server_min_rate are averaged.',
        ja: 'client_min_rateとserver_min_rateを平均する時間です。',
      },
      unit: 's',
    },
  ),
} as const

/** Guide 10.2. */
export const transparentSettings = {
  transparent: flag(false, {
    label: { en: 'Transparent proxy', ja: '透過プロキシ' },
    help: { en: 'Serves connections redirected by NAT.', ja: 'NATでリダイレクトされた接続を処理します。' },
  }),
  nat_redirect: flag(false, {
    label: { en: 'NAT redirection', ja: 'NATリダイレクト' },
    help: {
      en: "Redirects all connections for the protocol's standard port to this service (iptables). Dangerous: changes the packet filter of this machine.",
      ja: 'プロトコルの標準ポートへの接続をすべて本サービスにリダイレクトします(iptables)。危険: 本機のパケットフィルターを変更します。',
    },
    dangerous: true,
  }),
} as const
