/** A connection to a server, which serves one request after another. */
import type { Duplex } from 'node:stream'
import type { Sweeper } from '@fsigk/sockets'
import { Channel, type Taker } from '@fsigk/sockets'
import { isInterim, type ResponseFault, type ResponseHead } from './message/response-head.js'
import { tidyResponse } from './message/tidy-response.js'
import { ResponseParser } from './parse.js'

/** So many interim responses (1xx) are relayed for one request. */
const MAX_INTERIM = 32

/** What a server may cost before its response is there. */
export interface ResponseLimits {
  /** `max_header` */
  readonly headBytes: number
  readonly headMs: number
  readonly idleMs: number
}

export class UpstreamConnection {
  readonly channel: Channel<ResponseParser>
  /** It has served a request before: its server may be closing it just now. */
  reused = false
  /** A client has authenticated it: it serves nobody else. */
  owned = false
  /** Something of the answer to the request under way has come. */
  heard = false
  /** When it was last put by, on the sweeper's clock. */
  idleSince = 0

  /**
   * @param key of its target, for the pool
   * @param address that was dialled
   * @param taker tells what the server has taken
   */
  constructor(
    socket: Duplex,
    readonly key: string,
    readonly address: string,
    private readonly sweeper: Sweeper,
    taker?: Taker,
  ) {
    this.channel = new Channel(socket, new ResponseParser(), sweeper, taker)
  }

  /** Whether it can take a request: open, and nothing came that nobody asked for. */
  get usable(): boolean {
    const { channel } = this
    return !channel.ended && channel.parser.bodyState === 'ended' && channel.parser.unread === 0
  }

  /**
   * Waits for the response to a request, and begins its body. A 101 is one: what follows it is another protocol's.
   *
   * @param method of the request
   * @param limits `headMs`: how long a head that has begun may take; `idleMs`: how long the server may be silent
   * @param relay is given each interim response (1xx)
   */
  async response(
    method: string,
    { headBytes, headMs, idleMs }: ResponseLimits,
    relay: (interim: ResponseHead) => void,
  ): Promise<ResponseHead | ResponseFault | 'upstreamClosed' | 'upstreamTimeout'> {
    const { parser } = this.channel
    let headBy: number | undefined
    for (let interim = 0; ; ) {
      if (parser.unread > 0) this.heard = true
      // A reply without a head (HTTP/0.9) is believed only where nothing else can have been meant.
      const simple = method === 'GET' && !this.reused && interim === 0
      const head = this.heard ? parser.takeResponse(method, { headBytes, simple }) : undefined
      if (head === undefined) {
        if (parser.unread > 0) headBy ??= this.sweeper.now + headMs
        const limitMs = headBy === undefined ? idleMs : Math.min(idleMs, Math.max(0, headBy - this.sweeper.now))
        const arrival = await this.channel.more(limitMs)
        if (arrival === 'timeout') return 'upstreamTimeout'
        if (arrival === 'end') return 'upstreamClosed'
      } else if (typeof head === 'string') {
        return head
      } else if (!tidyResponse(head.fields, head.status)) {
        return 'responseSyntax'
      } else if (!isInterim(head) || head.status === 101) {
        return head
      } else {
        if (++interim > MAX_INTERIM) return 'responseSyntax'
        headBy = undefined
        relay(head)
      }
    }
  }

  close(): void {
    this.channel.onEnd = undefined
    this.channel.destroy()
  }
}
