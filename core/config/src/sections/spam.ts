/** How spam is recognised, by SMTP and POP alike (guide 7.1.1.5), until a plugin declares the section `spam`. */
import { flag, integer, list, text } from '@fsigk/plugin-api'

/** The guide's limit of a list of servers, in characters. */
const SERVERS = { maxBytes: 199, maxCharacters: 199 } as const

/** A hundred rules with generous texts. */
const MAX_RULES_BYTES = 262_144

export const spam = {
  spam_custom: flag(false, {
    label: { en: 'Custom filtering rules', ja: 'カスタムルール' },
    help: {
      en: 'Applies the rules of custom_rules before all other methods (FSIGK/SPAM_LIST/CUSTOM).',
      ja: '他の方法より先にcustom_rulesのルールを適用します(FSIGK/SPAM_LIST/CUSTOM)。',
    },
  }),
  custom_rules: text(
    '',
    { maxBytes: MAX_RULES_BYTES, format: 'text' },
    {
      label: { en: 'Rules', ja: 'ルール' },
      help: {
        en: 'At most 100, a line each, four columns parted by tabs: BLACK, WHITE or NONE; field; comparison; texts joined by commas.',
        ja: '1行1ルール、最大100ルール。BLACK・WHITE・NONE、フィールド、比較方法、検索文字列(カンマ区切り)をタブで区切ります。',
      },
    },
  ),
  spam_commtouch: flag(false, {
    label: { en: 'Spam detection engine', ja: 'スパム検査エンジン' },
    help: {
      en: 'Asks the engines of plugins.spam_filters (FSIGK/SPAM_CT).',
      ja: 'plugins.spam_filtersのエンジンで検査します(FSIGK/SPAM_CT)。',
    },
  }),
  spam_rbl: flag(false, {
    label: { en: 'RBL', ja: 'RBL' },
    help: {
      en: 'Looks up the addresses that a mail came by in spam_rbl_list, but those of access.spam_rbl_pass (FSIGK/SPAM_RBL).',
      ja: 'メールの送信元・中継アドレスをspam_rbl_listで検査します。access.spam_rbl_passのアドレスは除外します(FSIGK/SPAM_RBL)。',
    },
  }),
  spam_rbl_list: list('bl.spamcop.net, zen.spamhaus.org', SERVERS, {
    label: { en: 'RBL servers', ja: 'RBLサーバ' },
    help: { en: 'Zones that list addresses, joined by commas.', ja: 'RBLサーバをカンマで区切って指定します。' },
  }),
  spam_surbl: flag(false, {
    label: { en: 'SURBL', ja: 'SURBL' },
    help: {
      en: 'Looks up the domains of URLs in a mail in spam_surbl_list (FSIGK/SPAM_SURBL).',
      ja: 'メール中のURLのドメインをspam_surbl_listで検査します(FSIGK/SPAM_SURBL)。',
    },
  }),
  spam_surbl_list: list('multi.surbl.org', SERVERS, {
    label: { en: 'SURBL servers', ja: 'SURBLサーバ' },
    help: { en: 'Zones that list domains, joined by commas.', ja: 'SURBLサーバをカンマで区切って指定します。' },
  }),
  spam_dns_server: text(
    '',
    { maxBytes: 255, format: 'host' },
    {
      label: { en: 'DNS server for RBL and SURBL', ja: 'RBL・SURBL用DNSサーバ' },
      help: {
        en: 'Empty: the first nameserver of /etc/resolv.conf.',
        ja: '空の場合は/etc/resolv.confの最初のnameserverを使用します。',
      },
    },
  ),
  spam_dns_timeout: integer(
    1000,
    { min: 100, max: 60_000 },
    {
      label: { en: 'Time for RBL and SURBL', ja: 'RBL・SURBLの待ち時間' },
      help: {
        en: 'A mail whose lookups are not answered in this time is not spam by them.',
        ja: 'この時間内に応答がない場合はスパムと判定しません。',
      },
      unit: 'ms',
    },
  ),
  spam_dns_queries: integer(
    32,
    { min: 1, max: 256 },
    {
      label: { en: 'Lookups of one mail', ja: '1通あたりの問い合わせ数' },
      help: {
        en: 'How many names are looked up in RBL and SURBL servers for one mail, at most.',
        ja: '1通のメールについてRBL・SURBLサーバに問い合わせる最大数です。',
      },
      unit: 'queries',
    },
  ),
} as const
