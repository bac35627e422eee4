/**
 * A long download that goes on without its client: what is known of it is told to the other workers, and its file waits
 * for a while. Nothing of it outlives the worker that makes it.
 */
import { randomBytes } from 'node:crypto'
import type { Lease, OutgoingBody, SharedState } from '@fsigk/plugin-api'
import { type DownloadFacts, factsText } from './facts.js'

/** 144 bits: nobody guesses a ticket. */
const TICKET_BYTES = 18

/** So long the others believe what they were told last: what a dead worker told is over then. */
const BELIEVED_MS = 30_000
const TELL_AGAIN_MS = 10_000

export const keyOf = (ticket: string) => `http.progress.${ticket}`

/** When somebody last asked for the download, in milliseconds since 1970. */
export const askedKeyOf = (ticket: string) => `http.progress.asked.${ticket}`

export class Download {
  readonly ticket = randomBytes(TICKET_BYTES).toString('base64url')
  #toldMs = 0
  #hasNews = true
  #isOver = false
  #letGo: (() => void) | undefined
  /** Not before this does it end for want of interest. */
  #untilMs: number

  /**
   * @param places given back at its end
   * @param abandon stops receiving
   */
  constructor(
    private readonly shared: SharedState,
    private facts: DownloadFacts,
    private readonly places: readonly Lease[],
    private readonly abandon: () => void,
  ) {
    this.#untilMs = Date.now() + facts.lifetime * 1000
    this.#tell()
  }

  /** The file that waits to be fetched, when it does. */
  get waitingFile(): string | undefined {
    return this.#isOver ? undefined : this.facts.path
  }

  /** @param bytes so far */
  received(bytes: number): void {
    this.#change({ bytes })
  }

  receivedAll(): void {
    this.#change({ is: 'scanning' })
    this.#tell()
  }

  /**
   * The body may pass: it can be fetched until its time is over, which this waits for.
   *
   * @param fields of the server's answer that say what it is
   * @param unscanned why it is not clean, as a word of the log
   */
  async keep(
    body: OutgoingBody,
    fields: readonly (readonly [string, string])[],
    unscanned: string | undefined,
  ): Promise<void> {
    if (this.#isOver) return
    if (body.path === undefined || body.bytes === undefined) return this.fail()
    this.#change({
      is: 'ready',
      bytes: body.bytes,
      path: body.path,
      fields: fields.map(([name, value]) => [name, value]),
      ...(unscanned === undefined ? {} : { unscanned }),
    })
    this.#untilMs = Date.now() + this.facts.lifetime * 1000
    this.#tell()
    await new Promise<void>((resolve) => {
      this.#letGo = resolve
    })
  }

  /** The body must not pass: who asks is given this page. */
  refuse(status: number, page: string): void {
    this.#finish({ is: 'refused', status, page })
  }

  fail(): void {
    if (!this.#isOver) this.#finish({ is: 'failed' })
  }

  /** Called every second. */
  async tick(nowMs: number): Promise<void> {
    if (nowMs > this.#untilMs && !(await this.#isWanted(nowMs))) return this.end()
    if (this.#hasNews || nowMs - this.#toldMs > TELL_AGAIN_MS) this.#tell()
  }

  /** Ends it, whatever is under way: its file is given back, and nobody is told of it any more. */
  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.shared.delete(keyOf(this.ticket)).catch(ignored)
    this.abandon()
    this.#letGo?.()
  }

  /** The transfer is over. What became of it stays to be told, where it was refused or failed. */
  close(): void {
    this.end()
    for (const place of this.places) place.release()
  }

  /** A file that is ready has its time; until then it is wanted as long as somebody looks at its page. */
  async #isWanted(nowMs: number): Promise<boolean> {
    if (this.facts.is === 'ready') return false
    const asked = await this.shared.get(askedKeyOf(this.ticket)).catch(ignored)
    if (typeof asked !== 'number') return false
    this.#untilMs = asked + this.facts.lifetime * 1000
    return nowMs <= this.#untilMs
  }

  #finish(last: Partial<DownloadFacts>): void {
    this.#change(last)
    this.#isOver = true
    this.#set(this.facts.lifetime * 1000)
  }

  #change(news: Partial<DownloadFacts>): void {
    this.facts = { ...this.facts, ...news }
    this.#hasNews = true
  }

  #tell(): void {
    if (this.#isOver) return
    this.#toldMs = Date.now()
    this.#hasNews = false
    this.#set(BELIEVED_MS)
  }

  #set(ttlMs: number): void {
    this.shared.set(keyOf(this.ticket), factsText(this.facts), ttlMs).catch(ignored)
  }
}

/** Who asks is told that the download is gone: the worst that comes of it. */
function ignored(): undefined {}
