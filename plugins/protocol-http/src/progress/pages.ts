/** What is shown in place of a long download, in the language that the browser prefers. Without scripts; everything escaped. */
import type { DownloadFacts } from './facts.js'

export type PageLanguage = 'en' | 'ja'

/** Under the origin of the download itself, so that the browser asks us for it whatever way it was configured. */
export const PROGRESS_PATH = '/.fsigk/'

const REFRESH_SECONDS = 2

/** The ticket must not leak to whom the page links, and nothing is loaded by it. */
export const PAGE_FIELDS =
  "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'\r\n" +
  'Referrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n'

interface Words {
  readonly receiving: string
  readonly scanning: string
  readonly ready: string
  readonly failed: string
  readonly gone: string
  readonly hint: string
  bytes(so: string): string
  of(so: string, total: string): string
  limit(seconds: number): string
}

const words: Readonly<Record<PageLanguage, Words>> = {
  en: {
    receiving: 'Downloading',
    scanning: 'Checking for viruses',
    ready: 'The file is ready',
    failed: 'The download has failed',
    gone: 'This download is not there any more',
    hint: 'This page refreshes by itself. The file can be saved here when it has been checked.',
    bytes: (so) => `${so} bytes`,
    of: (so, total) => `${so} of ${total} bytes`,
    limit: (seconds) => `It can be saved for ${seconds} seconds, on this computer only.`,
  },
  ja: {
    receiving: 'ダウンロード中です',
    scanning: 'ウイルスを検査しています',
    ready: 'ファイルの準備ができました',
    failed: 'ダウンロードに失敗しました',
    gone: 'このダウンロードは終了しました',
    hint: 'このページは自動的に更新されます。検査後、ここからファイルを保存できます。',
    bytes: (so) => `${so} バイト`,
    of: (so, total) => `${so} / ${total} バイト`,
    limit: (seconds) => `${seconds}秒間、このコンピュータからのみ保存できます。`,
  },
}

/** @param accepted the browser's Accept-Language; English where it names neither */
export function languageOf(accepted: string | undefined): PageLanguage {
  const first = /(?:^|,)\s*(en|ja)\b/i.exec(accepted ?? '')?.[1]
  return first?.toLowerCase() === 'ja' ? 'ja' : 'en'
}

/** A header line that has a browser ask again. */
export function refreshField(ticket: string): string {
  return `Refresh: ${REFRESH_SECONDS}; url=${PROGRESS_PATH}${ticket}\r\n`
}

export interface Progress {
  readonly is: 'receiving' | 'scanning'
  readonly bytes: number
  readonly total?: number | undefined
  readonly name: string
}

/** What is being done, and how far it is. */
export function progressPage(language: PageLanguage, ticket: string, { is, bytes, total, name }: Progress): string {
  const said = words[language]
  const so = bytes.toLocaleString('en')
  const amount = total === undefined ? said.bytes(so) : said.of(so, total.toLocaleString('en'))
  const bar = total === undefined ? '' : `<p><progress max="${total}" value="${bytes}"></progress></p>\n`
  const refresh = `<meta http-equiv="refresh" content="${REFRESH_SECONDS}; url=${PROGRESS_PATH}${ticket}">\n`
  return page(language, said[is], refresh, `<p>${escaped(name)}</p>\n${bar}<p>${amount}</p>\n<p>${said.hint}</p>`)
}

/** The link to the file, which the browser also follows by itself. */
export function readyPage(language: PageLanguage, ticket: string, { name, bytes, lifetime }: DownloadFacts): string {
  const said = words[language]
  const file = encodeURIComponent(name.toWellFormed() || 'download')
  const url = `${PROGRESS_PATH}${ticket}/${escaped(file)}`
  const link = `<p><a href="${url}">${escaped(name) || escaped(file)}</a></p>`
  return page(
    language,
    said.ready,
    `<meta http-equiv="refresh" content="1; url=${url}">\n`,
    `${link}\n<p>${said.bytes(bytes.toLocaleString('en'))}</p>\n<p>${said.limit(lifetime)}</p>`,
  )
}

/** There is nothing to be had. */
export function endPage(language: PageLanguage, why: 'failed' | 'gone'): string {
  return page(language, words[language][why], '', '')
}

function page(language: PageLanguage, title: string, head: string, body: string): string {
  return (
    `<!DOCTYPE html>\n<html lang="${language}">\n<head>\n<meta charset="utf-8">\n${head}<title>${title}</title>\n` +
    '<style>body{font-family:sans-serif;max-width:40em;margin:4em auto;padding:0 1em}progress{width:100%}</style>\n' +
    `</head>\n<body>\n<h1>${title}</h1>\n${body}\n</body>\n</html>\n`
  )
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
