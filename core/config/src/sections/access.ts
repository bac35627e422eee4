/** Lists of hosts.allow (guide 7.2). Whether one is asked at all is a switch of the service: `http.acl_from`. */
import { type Localised, notInUseYet, text } from '@fsigk/plugin-api'

const MAX_LIST_BYTES = 65_536

/** RFC 1918, RFC 3927, RFC 4193 and loopback: those who can be meant by an installation that nobody has set up yet. */
const LOCAL_NETWORKS = '127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 169.254.0.0/16 [::1] [fc00::]/7 [fe80::]/10'

/** Addresses that no public list can know; the guide's default. */
const PRIVATE_ADDRESSES = '127.0.0.1 10. 192.168. 172.16.0.0/255.240.0.0'

type About = { readonly label: Localised; readonly help: Localised; readonly dangerous?: boolean }

function hosts(initial: string, about: About) {
  return text(initial, { maxBytes: MAX_LIST_BYTES, format: 'access-list' }, about)
}

function from(section: string, title: string) {
  return hosts(LOCAL_NETWORKS, {
    label: { en: `${title}: from these hosts`, ja: `${title}: 接続元ホスト` },
    help: {
      en: `Clients that may use the ${title} proxy when ${section}.acl_from is on.`,
      ja: `${section}.acl_fromが有効な場合に${title}プロキシへの接続を許可するクライアントです。`,
    },
  })
}

function to(section: string, title: string) {
  return hosts('ALL', {
    label: { en: `${title}: to these hosts`, ja: `${title}: 接続先ホスト` },
    help: {
      en: `Servers that may be reached through the ${title} proxy when ${section}.acl_to is on.`,
      ja: `${section}.acl_toが有効な場合に${title}プロキシ経由の接続を許可するサーバーです。`,
    },
  })
}

function passTo(section: string, title: string) {
  return hosts('', {
    label: { en: `${title}: do not scan from these hosts`, ja: `${title}: 検査しない接続先ホスト` },
    help: {
      en: `Servers whose data is forwarded unscanned when ${section}.acl_pass_to is on.`,
      ja: `${section}.acl_pass_toが有効な場合に検査せずに転送する接続先サーバーです。`,
    },
    dangerous: true,
  })
}

export const access = {
  http_from: from('http', 'HTTP'),
  http_to: to('http', 'HTTP'),
  http_pass_to: passTo('http', 'HTTP'),
  smtp_from: from('smtp', 'SMTP'),
  smtp_to: to('smtp', 'SMTP'),
  smtp_rcpt: hosts('', {
    label: { en: 'SMTP: recipient domains', ja: 'SMTP: 受信者のドメイン' },
    help: {
      en: 'Domains that mail is accepted for from anybody when smtp.acl_rcpt is on.',
      ja: 'smtp.acl_rcptが有効な場合に、すべてのクライアントからのメールを受け付ける宛先ドメインです。',
    },
    dangerous: true,
  }),
  smtp_lan: hosts('', {
    label: { en: 'SMTP: hosts of the LAN', ja: 'SMTP: LAN内のホスト' },
    help: {
      en: 'Clients that meet the settings lan_… when smtp.lan is on: they may send to anybody.',
      ja: 'smtp.lanが有効な場合にlan_で始まる設定を適用するクライアントです。任意の宛先に送信できます。',
    },
    dangerous: true,
  }),
  pop_from: from('pop', 'POP'),
  pop_to: to('pop', 'POP'),
  ...notInUseYet({
    ftp_from: from('ftp', 'FTP'),
    ftp_to: to('ftp', 'FTP'),
    ftp_pass_to: passTo('ftp', 'FTP'),
    spam_rbl_pass: hosts(PRIVATE_ADDRESSES, {
      label: { en: 'RBL: addresses to be excluded', ja: 'RBL: 除外アドレス' },
      help: {
        en: 'Addresses that are not looked up when spam.spam_rbl is on.',
        ja: 'spam.spam_rblが有効な場合に検査しないアドレスです。',
      },
    }),
  }),
} as const
