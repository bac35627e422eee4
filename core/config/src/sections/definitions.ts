/** Updates of the virus definitions (guide 7.1.2 and 8.3); what the guide puts into dbupdate.conf stands there under its names. */
import { flag, integer, text } from '@fsigk/plugin-api'

export const definitions = {
  auto_update: flag(true, {
    label: { en: 'Automatic update', ja: '自動更新' },
    help: {
      en: 'Fetches new virus definitions every update_interval.',
      ja: 'update_intervalごとにウイルス定義を更新します。',
    },
    effect: 'live',
  }),
  update_interval: integer(
    60,
    { min: 5, max: 10_080 },
    {
      label: { en: 'Time between updates', ja: '更新間隔' },
      help: { en: 'How often new definitions are looked for.', ja: '新しい定義を確認する間隔です。' },
      unit: 'min',
      effect: 'live',
    },
  ),
  updateurl: text(
    '',
    { maxBytes: 1999 },
    {
      label: { en: 'Update server', ja: '更新サーバ' },
      help: {
        en: 'http://host:port/ of the server that definitions come from (UPDATEURL). Empty: the built-in one. Bundles are signed, wherever they come from.',
        ja: '定義の取得元サーバのhttp://ホスト:ポート/です(UPDATEURL)。空の場合は標準のサーバを使用します。定義は取得元によらず署名で検証します。',
      },
    },
  ),
  use_proxy: flag(false, {
    label: { en: 'Use a proxy', ja: 'プロキシを使用' },
    help: {
      en: 'Definitions are fetched through http_proxy_host. Spam engines that ask the Internet use it too.',
      ja: 'http_proxy_hostを経由して定義を取得します。インターネットに問い合わせるスパム検査エンジンも使用します。',
    },
  }),
  http_proxy_host: text(
    '',
    { maxBytes: 255, format: 'host' },
    {
      label: { en: 'Proxy host', ja: 'プロキシのホスト名' },
      help: { en: 'The proxy for updates.', ja: '更新に使用するプロキシです。' },
    },
  ),
  http_proxy_port: integer(
    8080,
    { min: 1, max: 65_535 },
    {
      label: { en: 'Proxy port', ja: 'プロキシのポート' },
      help: { en: 'The port of http_proxy_host.', ja: 'http_proxy_hostのポート番号です。' },
    },
  ),
  http_proxyauth: flag(false, {
    label: { en: 'Proxy authentication', ja: 'プロキシ認証' },
    help: {
      en: 'The proxy asks for a user and password.',
      ja: 'プロキシがユーザ名とパスワードを必要とします。',
    },
  }),
  http_proxyauth_user: text(
    '',
    { maxBytes: 255 },
    {
      label: { en: 'Proxy user', ja: 'プロキシのユーザ名' },
      help: { en: 'The user for the proxy.', ja: 'プロキシ認証のユーザ名です。' },
    },
  ),
  http_proxyauth_pass: text(
    '',
    { maxBytes: 255 },
    {
      label: { en: 'Proxy password', ja: 'プロキシのパスワード' },
      help: { en: 'The password for the proxy.', ja: 'プロキシ認証のパスワードです。' },
      secret: true,
    },
  ),
} as const
