/** A message on its way from the server to the client: through `session.inspect`, and said on the wire as its outcome is. */
import { MailTop, mailTransfer, noticeMessage, tapped } from '@fsigk/mail'
import { type Body, isFsigk, type NoticeMail, type Outcome, type Transfer, type Verdict } from '@fsigk/plugin-api'
import { KeepAwake } from '../keep-awake.js'
import type { Peer } from '../peer.js'
import { faultReply, replies } from '../replies.js'
import type { Reply } from '../reply.js'
import { ServerText } from '../server-text.js'
import type { Upstream } from '../upstream.js'
import { beginningOf } from './beginning.js'
import { deliver } from './delivery.js'
import { marksOf } from './marks.js'
import { Passage } from './passage.js'

/** POP knows neither (RFC 1939). */
const NO_ENVELOPE = { mailFrom: '', rcptTo: [] } as const

/** The server hears of us so many times while we could be silent. */
const NOOPS_PER_IDLE_TIME = 10

/** What the client asked for. */
export interface Asked {
  /** TOP's number of lines, where the whole message has been fetched for it. */
  readonly lines?: number
  /** Set when it passes unscanned: what the log calls it. */
  readonly skipped?: string
  /** Told whether the client got it, or has to ask again. */
  readonly told?: (outcome: 'delivered' | 'owed') => void
}

export class Retrieval {
  readonly #text: ServerText
  readonly #awake: KeepAwake
  readonly #top = new MailTop()
  #hasBegun = false
  #isSaid = false

  /** @param reply the server's +OK, behind which the message comes */
  constructor(
    private readonly peer: Peer,
    private readonly upstream: Upstream,
    private readonly reply: Reply,
    private readonly asked: Asked,
  ) {
    this.#text = new ServerText(upstream, peer.idleMs, () => {
      peer.session.entry.status = 500
    })
    const everyMs = peer.idleMs / NOOPS_PER_IDLE_TIME
    this.#awake = new KeepAwake(upstream, () => this.#text.ended, everyMs, peer.sweeper)
  }

  /** Answers the client. @returns whether the session can go on */
  async run(): Promise<boolean> {
    const { peer, upstream } = this
    const awake = this.#awake
    // Nobody waits for the rest of a message whose client is gone.
    peer.channel.onClose = () => upstream.channel.destroy()
    try {
      peer.session.noticeVariables = this.#top.noticeVariables()
      peer.session.entry.status = 500
      const transfer = this.#transfer()
      if (transfer.release.mode !== 'live') awake.begin()
      await peer.session.inspect(transfer, (outcome) => this.#answer(outcome))
      this.asked.told?.(this.#isSaid ? 'owed' : 'delivered')
      if (!this.#text.ended && !(await this.#text.discard())) return false
      return !awake.isAsked || (await awake.settle(peer.idleMs)) === undefined
    } catch (error) {
      this.#failed(error)
      return false
    } finally {
      awake.stop()
      peer.channel.onClose = undefined
    }
  }

  #transfer(): Transfer {
    const { session, settings } = this.peer
    const transfer = mailTransfer({
      direction: 'download',
      body: settings.virus_check ? tapped(this.#text, this.#top) : this.#text,
      settings,
      envelope: NO_ENVELOPE,
    })
    const { skipped } = this.asked
    session.entry.contentType = transfer.type
    if (skipped === undefined || transfer.release.mode === 'live') return transfer
    return { ...transfer, release: { mode: 'live', because: 'skipped', detail: skipped } }
  }

  /** Says on the wire what became of the message. */
  async #answer(outcome: Outcome): Promise<void> {
    const { session } = this.peer
    switch (outcome.disposition) {
      case 'pass':
      case 'tag':
        session.entry.status = 200
        return this.#pass(outcome)
      case 'block':
      case 'replace':
      case 'return':
      case 'drop':
        session.entry.status = 200
        return this.#deliver([this.#notice(outcome)])
      case 'defer':
        this.#isSaid = true
        return this.peer.say(replies.cannotScan)
    }
    outcome satisfies never
  }

  #pass({ body, verdict }: Extract<Outcome, { body: unknown }>): Promise<void> {
    const marks = marksOf(this.peer.session, verdict, new Date())
    if (body.passing !== undefined && marks === '' && this.asked.lines === undefined) return this.#passOn(body.passing)
    const message = body.memory ?? body.open()
    if (marks.length > 0)
      return this.#deliver(marked(Buffer.from(marks, 'latin1'), message), plus(body.bytes, marks.length))
    return this.#deliver(message, body.bytes, this.reply.line)
  }

  #passOn(check: (bytes: number) => void): Promise<void> {
    this.#hasBegun = true
    const { entry } = this.peer.session
    const passage = new Passage(this.peer, this.#text, this.#awake, (bytes) => {
      check(bytes)
      entry.bytes = bytes
    })
    return passage.run(this.reply.line)
  }

  /** Guide 11.10: dated and addressed as the message in whose place it stands. */
  #notice({ mail, verdict }: { readonly mail: NoticeMail; readonly verdict: Verdict }): Buffer {
    const at = new Date()
    const { session } = this.peer
    return noticeMessage({
      mail,
      trace: marksOf(session, verdict, at),
      administrator: '',
      original: this.#top,
      to: 'recipients',
      hostName: session.hostName,
      at,
    })
  }

  /**
   * @param bytes of the message, when that is known
   * @param first line of the reply, where the server's own is still true
   */
  async #deliver(message: Body | readonly Buffer[], bytes = bytesIn(message), first = firstLine(bytes)): Promise<void> {
    const { lines } = this.asked
    this.#hasBegun = true
    this.#awake.begin()
    const beginning = lines === undefined ? message : beginningOf(message, lines)
    await deliver(this.peer, lines === undefined ? first : '+OK', beginning, {
      sent: (count) => {
        this.peer.session.entry.bytes += count
      },
      isAtHand: () => this.#text.ended,
    })
  }

  /** What has begun and cannot be ended is cut off, so that it never looks whole. */
  #failed(error: unknown): void {
    const { peer } = this
    const { channel } = peer
    if (this.#hasBegun) channel.reset()
    else if (!this.#isSaid && !channel.closed) {
      const { fault } = this.#text
      peer.say(fault === undefined ? replies.cannotScan : faultReply(fault))
    }
    if (!isFsigk(error) && !channel.closed) throw error
  }
}

async function* marked(marks: Buffer, message: Body | readonly Buffer[]): Body {
  yield marks
  yield* message
}

function plus(bytes: number | undefined, more: number): number | undefined {
  return bytes === undefined ? undefined : bytes + more
}

function bytesIn(message: Body | readonly Buffer[]): number | undefined {
  return Array.isArray(message) ? message.reduce((sum: number, { length }: Buffer) => sum + length, 0) : undefined
}

function firstLine(bytes: number | undefined): string {
  return bytes === undefined ? '+OK' : `+OK ${bytes} octets`
}
