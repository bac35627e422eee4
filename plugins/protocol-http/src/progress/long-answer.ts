/** An answer that becomes a page when it takes long: the client waits there, and fetches the file when it may pass. */
import type { Body, Outcome, Transfer, Verdict } from '@fsigk/plugin-api'
import { names } from '../message/field-names.js'
import type { ResponseHead } from '../message/response-head.js'
import type { PeerRequest } from '../peer-request.js'
import { DEFERRED_STATUS, DETECTED_STATUS } from '../replies.js'
import type { Download } from './download.js'
import type { Downloads } from './downloads.js'
import { languageOf, PAGE_FIELDS, progressPage, refreshField } from './pages.js'
import { siteOf } from './site.js'

/** What of the server's answer goes with a file that is fetched later: what says what it is. */
const KEPT_FIELDS: ReadonlySet<string> = new Set([
  'content-type',
  'content-disposition',
  'content-encoding',
  'content-language',
  'last-modified',
  'etag',
])

const MAX_KEPT_BYTES = 4096

export interface LongAnswerOwner {
  /** Says an outcome that came before the page did. */
  say(outcome: Outcome): Promise<void>
  /** Stops receiving. */
  abandon(): void
}

export class LongAnswer {
  #download: Download | undefined
  #bytes = 0
  #hasAll = false
  /** There is an outcome, or never will be. */
  #isDecided = false

  constructor(
    private readonly request: PeerRequest,
    private readonly response: ResponseHead,
    private readonly transfer: Transfer,
    private readonly downloads: Downloads,
    private readonly owner: LongAnswerOwner,
  ) {}

  /** Gives the answer, or the page and what follows it. Settles when the transfer is over; rejects with what made it fail. */
  async give(): Promise<void> {
    const { request, transfer } = this
    const timer = setTimeout(() => void this.#begin(), request.settings.progress_delay * 1000)
    try {
      const lasting: Transfer = { ...transfer, lasting: true, body: this.#counted(transfer.body) }
      await request.session.inspect(lasting, (outcome) => {
        clearTimeout(timer)
        return this.#answer(outcome)
      })
    } catch (error) {
      this.#download?.fail()
      throw error
    } finally {
      clearTimeout(timer)
      this.#isDecided = true
      if (this.#download !== undefined) this.downloads.close(this.#download)
    }
  }

  async *#counted(body: Body): Body {
    for await (const chunk of body) {
      this.#bytes += chunk.length
      this.#download?.received(this.#bytes)
      yield chunk
    }
    this.#hasAll = true
    this.#download?.receivedAll()
  }

  /** It takes long: the client gets a page now. With too many of them it waits on as ever. */
  async #begin(): Promise<void> {
    const { request, transfer, downloads } = this
    const { bytes: total, name } = transfer
    const download = await downloads.begin(
      {
        is: this.#hasAll ? 'scanning' : 'receiving',
        peer: request.connection.peer.address,
        site: siteOf(request.head),
        url: request.session.entry.url,
        name,
        bytes: this.#bytes,
        ...(total === undefined ? {} : { total }),
        lifetime: request.settings.progress_lifetime,
      },
      () => this.owner.abandon(),
    )
    if (download === undefined) return
    if (this.#isDecided || request.channel.closed) return downloads.close(download)
    this.#download = download
    if (this.#hasAll) download.receivedAll()
    this.#showPage(download)
  }

  #showPage(download: Download): void {
    const { request, transfer } = this
    const { session } = request
    const { entry } = session
    request.tell('PROGRESS')
    entry.contentType = 'text/html'
    const language = languageOf(request.head.fields.joined(names.acceptLanguage))
    const { bytes, name } = transfer
    const page = progressPage(language, download.ticket, { is: 'receiving', bytes: this.#bytes, total: bytes, name })
    request.send(request.page(200, page, PAGE_FIELDS + refreshField(download.ticket)))
    session.record()
    // The line of the download itself is drafted anew.
    session.entry.method = entry.method
    session.entry.url = entry.url
    session.entry.contentType = transfer.type
    session.entry.protocolStat = entry.protocolStat
    void request.channel.finish(request.idleMs)
  }

  async #answer(outcome: Outcome): Promise<void> {
    this.#isDecided = true
    const download = this.#download
    if (download === undefined) return await this.owner.say(outcome)
    const { entry } = this.request.session
    switch (outcome.disposition) {
      case 'pass':
      case 'tag':
        entry.status = this.response.status
        return await download.keep(outcome.body, this.#keptFields(), uncleanWord(outcome.verdict))
      case 'block':
      case 'replace':
      case 'return':
      case 'drop':
        entry.status = DETECTED_STATUS
        return download.refuse(DETECTED_STATUS, outcome.notice)
      case 'defer':
        entry.status = DEFERRED_STATUS
        return download.refuse(DEFERRED_STATUS, outcome.notice)
    }
    outcome satisfies never
  }

  #keptFields(): readonly (readonly [string, string])[] {
    const { fields } = this.response
    const kept: [string, string][] = []
    let bytes = 0
    for (const [at, name] of fields.names.entries()) {
      const value = fields.values[at] ?? ''
      bytes += KEPT_FIELDS.has(name.key) ? value.length : 0
      if (KEPT_FIELDS.has(name.key) && bytes <= MAX_KEPT_BYTES) kept.push([fields.spelled[at] ?? name.key, value])
    }
    return kept
  }
}

/** What is fetched later is logged as what it is. */
function uncleanWord(verdict: Verdict): string | undefined {
  if (verdict.is === 'clean') return undefined
  const why = verdict.is === 'unscanned' ? verdict.because : verdict.is
  return `PROGRESS_${why.toUpperCase().replaceAll('-', '_')}`
}
