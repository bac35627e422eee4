/** Who may use a service and what may be reached through it; the lists themselves are in the section `access` (guide 7.2). */
import { flag, text } from './settings.js'

/** @param service the section, which begins the names of its lists: `http` for `access.http_from` */
export function accessSettings(service: string, initial: { readonly acl_from: boolean }) {
  return {
    acl_from: flag(initial.acl_from, {
      label: { en: 'Access control: from', ja: 'アクセス制御: 接続元' },
      help: {
        en: `Only the hosts of access.${service}_from may connect.`,
        ja: `access.${service}_fromのホストのみ接続できます。`,
      },
      dangerous: true,
    }),
    acl_to: flag(false, {
      label: { en: 'Access control: to', ja: 'アクセス制御: 接続先' },
      help: {
        en: `Only the hosts of access.${service}_to may be reached.`,
        ja: `access.${service}_toのホストにのみ接続できます。`,
      },
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
  } as const
}

/** For services that can forward as data comes (HTTP, FTP). */
export function unscannedHostsSettings(service: string) {
  return {
    acl_pass_to: flag(false, {
      label: { en: 'Skip scanning by host', ja: 'ホスト名による検査除外' },
      help: {
        en: `Data from the hosts of access.${service}_pass_to is forwarded as it comes.`,
        ja: `access.${service}_pass_toのホストからのデータは受信次第転送します。`,
      },
      dangerous: true,
    }),
  } as const
}

export const reverseLookupSettings = {
  reverselookup: flag(false, {
    label: { en: 'DNS reverse lookup', ja: 'DNS逆引き' },
    help: {
      en: 'Looks up the host name of clients, for access lists and logs.',
      ja: 'アクセス制御とログのためにクライアントのホスト名を調べます。',
    },
  }),
} as const
