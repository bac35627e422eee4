/** A text of several lines on its way to the client, no faster than the client takes it. */
import type { Body } from '@fsigk/plugin-api'
import { DotStuffer } from '@fsigk/wire'
import type { Peer } from '../peer.js'
import { BareLineEnds } from './bare-line-ends.js'

/** So much is worth a write of its own. */
const ENOUGH_BYTES = 64 * 1024

/**
 * Sends the first line of a reply and the text behind it, with its end.
 *
 * @param first without its CRLF
 * @param text in memory, it leaves in one write
 * @param options.sent told the bytes of each piece of the text, as they stand in it
 * @param options.isAtHand whether the rest need not be waited for: small pieces leave together then
 * @throws FSIGK_POP_PEER_LEFT, FSIGK_POP_PEER_STALLED, FSIGK_POP_PEER_SLOW, and what the text throws; the client must then
 *   be cut off, so that what it has never looks whole
 */
export async function deliver(
  peer: Peer,
  first: string,
  text: Body | readonly Buffer[],
  { sent, isAtHand }: { readonly sent?: (bytes: number) => void; readonly isAtHand?: () => boolean } = {},
): Promise<void> {
  const lines = new OutgoingLines(peer, first, sent)
  if (isInMemory(text)) {
    for (const chunk of text) lines.add(chunk)
  } else {
    for await (const chunk of text) {
      lines.add(chunk)
      if (lines.pendingBytes >= ENOUGH_BYTES || isAtHand?.() !== true) await lines.send()
    }
  }
  lines.end()
  await lines.send()
}

class OutgoingLines {
  readonly #lineEnds = new BareLineEnds()
  readonly #stuffer = new DotStuffer()
  #first: string
  /** Of the text, not sent yet. */
  pendingBytes = 0
  #pieces: Buffer[] = []
  #bytes = 0

  constructor(
    private readonly peer: Peer,
    first: string,
    private readonly sent: ((bytes: number) => void) | undefined,
  ) {
    this.#first = `${first}\r\n`
  }

  add(chunk: Buffer): void {
    this.#stuff(this.#lineEnds.push(chunk))
    this.#bytes += chunk.length
    this.pendingBytes += chunk.length
    this.sent?.(chunk.length)
  }

  end(): void {
    this.#stuff(this.#lineEnds.finish())
    this.#pieces.push(this.#stuffer.end())
  }

  async send(): Promise<void> {
    const pieces = this.#pieces
    const [only] = pieces
    if (only === undefined) return
    const { channel } = this.peer
    const isAlone = this.#first === '' && pieces.length === 1
    const hasRoom = isAlone ? channel.write(only) : channel.writeTogether(this.#first, pieces)
    this.#first = ''
    this.#pieces = []
    this.pendingBytes = 0
    if (!hasRoom) await this.peer.roomForMore(this.#bytes)
  }

  #stuff(chunks: readonly Buffer[]): void {
    for (const chunk of chunks) for (const piece of this.#stuffer.push(chunk)) this.#pieces.push(piece)
  }
}

function isInMemory(text: Body | readonly Buffer[]): text is readonly Buffer[] {
  return Array.isArray(text)
}
