/** A message that passes as it comes, no faster than the client takes it. */
import type { KeepAwake } from '../keep-awake.js'
import type { Peer } from '../peer.js'
import type { ServerText } from '../server-text.js'

export class Passage {
  /** The beginning, while what follows it is known to come at once: they leave together. */
  #held: readonly Buffer[] = []
  #leaving: NodeJS.Immediate | undefined
  #isFull = false
  #bytes = 0
  #failure: unknown

  /**
   * @param awake begun when the client is waited for
   * @param told the bytes of the message so far, before they leave; what it throws breaks the message off
   */
  constructor(
    private readonly peer: Peer,
    private readonly text: ServerText,
    private readonly awake: KeepAwake,
    private readonly told: (bytes: number) => void,
  ) {}

  /**
   * @param first line of the reply, without its CRLF
   * @throws FSIGK_POP_PEER_LEFT, FSIGK_POP_PEER_STALLED, FSIGK_POP_PEER_SLOW, FSIGK_POP_SERVER_LOST, and what `told` throws;
   *   the client must then be cut off, so that what it has never looks whole
   */
  async run(first: string): Promise<void> {
    const { text } = this
    this.#held = [Buffer.from(`${first}\r\n`, 'latin1')]
    try {
      while (!text.ended) {
        await text.pass((pieces, bytes, areKept) => this.#take(pieces, bytes, areKept))
        if (this.#failure !== undefined) throw this.#failure
        if (!this.#isFull) continue
        this.awake.begin()
        await this.peer.roomForMore(this.#bytes)
      }
    } finally {
      clearImmediate(this.#leaving)
    }
  }

  #take(pieces: readonly Buffer[], bytes: number, areKept: boolean): 'more' | 'full' {
    try {
      this.told(bytes)
    } catch (failure) {
      this.#failure = failure
      return 'full'
    }
    this.#bytes = bytes
    if (this.#held.length === 0) return this.#send(pieces)
    if (!areKept || !this.text.isMoreAtHand) return this.#send(this.#withFront(pieces))
    this.#held = [...this.#held, ...pieces]
    this.#leaving ??= setImmediate(() => this.#send(this.#held))
    return 'more'
  }

  #withFront(pieces: readonly Buffer[]): readonly Buffer[] {
    const [first, ...others] = pieces
    return first === undefined ? this.#held : [this.text.withFront(this.#held, first), ...others]
  }

  #send(pieces: readonly Buffer[]): 'more' | 'full' {
    this.#held = []
    clearImmediate(this.#leaving)
    this.#isFull = !this.peer.channel.hand(pieces)
    return this.#isFull ? 'full' : 'more'
  }
}
