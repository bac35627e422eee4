import { text } from '@fsigk/plugin-api'

const MAX_LIST_BYTES = 65_536

/** RFC 1918, RFC 3927, RFC 4193 and loopback: those who can be meant by an installation that nobody has set up yet. */
const LOCAL_NETWORKS = '127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 169.254.0.0/16 [::1] [fc00::]/7 [fe80::]/10'

/** Lists of hosts.allow (guide 7.2). Whether one is asked at all is a switch of the service: `http.acl_from`. */
export const access = {
  http_from: text(
    LOCAL_NETWORKS,
    { maxBytes: MAX_LIST_BYTES, format: 'access-list' },
    {
      label: { en: 'HTTP: from these hosts', ja: 'HTTP: 接続元ホスト' },
      help: {
        en: 'Clients that may use the HTTP proxy when http.acl_from is on.',
        ja: 'http.acl_fromが有効な場合にHTTPプロキシへの接続を許可するクライアントです。',
      },
    },
  ),
  http_to: text(
    'ALL',
    { maxBytes: MAX_LIST_BYTES, format: 'access-list' },
    {
      label: { en: 'HTTP: to these hosts', ja: 'HTTP: 接続先ホスト' },
      help: {
        en: 'Servers that may be reached through the HTTP proxy when http.acl_to is on.',
        ja: 'http.acl_toが有効な場合にHTTPプロキシ経由の接続を許可するサーバーです。',
      },
    },
  ),
  http_pass_to: text(
    '',
    { maxBytes: MAX_LIST_BYTES, format: 'access-list' },
    {
      label: { en: 'HTTP: do not scan from these hosts', ja: 'HTTP: 検査しない接続先ホスト' },
      help: {
        en: 'Servers whose data is forwarded unscanned when http.acl_pass_to is on.',
        ja: 'http.acl_pass_toが有効な場合に検査せずに転送する接続先サーバーです。',
      },
      dangerous: true,
    },
  ),
} as const
