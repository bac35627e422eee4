/** The client of one conversation: what it is told, and what is told of it. */
import { targetText } from '@fsigk/mail'
import type { Connection, OpenSession, Target } from '@fsigk/plugin-api'
import { Channel, Pace, type Room, type Sweeper } from '@fsigk/sockets'
import { fail } from './errors.js'
import { CommandReader } from './parse.js'
import type { PopSettings } from './settings.js'

/** Who takes less, on the average of the time during which he is waited for, is cut off. */
const LOWEST_RATE = { bytesPerSecond: 50, periodMs: 60_000 } as const

export class Peer {
  readonly channel: Channel<CommandReader>
  readonly settings: PopSettings
  /** How long it may be silent, or take nothing. */
  readonly idleMs: number
  #pace: Pace | undefined
  /** What was described last: of all messages of a session it is the same. */
  #mailbox: { readonly user: string; readonly target: Target; readonly url: string } | undefined

  constructor(
    readonly session: OpenSession<PopSettings>,
    readonly connection: Connection,
    readonly sweeper: Sweeper,
  ) {
    this.channel = new Channel(connection.socket, new CommandReader(), sweeper, connection)
    this.settings = session.settings
    this.idleMs = session.settings.idle_timeout * 1000
    // Guide 9.1.1, "number of processed files": of POP it is always this.
    session.entry.files = 1
  }

  /** Says a line, given without its CRLF. */
  say(line: string): void {
    this.channel.write(`${line}\r\n`)
  }

  /** Says why the session cannot go on; it is what its line of the log tells. */
  sayFailure(line: string, error: string): void {
    const { entry } = this.session
    entry.status = 500
    entry.error = error
    this.say(line)
  }

  /** Drafts what the line of the log says of the mailbox (guide 9.1.1). */
  describe(user: string, target: Target): void {
    if (this.#mailbox?.user !== user || this.#mailbox.target !== target)
      this.#mailbox = { user, target, url: urlOf(user, target) }
    this.session.entry.url = this.#mailbox.url
  }

  /** Waits until what was written has been taken, as far as it must be before more is written. */
  room(): Promise<Room> {
    this.#pace ??= new Pace(LOWEST_RATE)
    return this.channel.room(this.idleMs, this.#pace)
  }

  /**
   * The same, in the middle of a message.
   *
   * @param sent bytes of it so far
   * @throws FSIGK_POP_PEER_LEFT, FSIGK_POP_PEER_STALLED, FSIGK_POP_PEER_SLOW, logged in the guide's words (9.1.3, 9.1.4)
   */
  async roomForMore(sent: number): Promise<void> {
    const room = await this.room()
    if (room === 'room') return
    const { session } = this
    if (room === 'end') {
      session.logInfo(`sendfile canceled: n=-1, written=${sent}`)
      throw fail('FSIGK_POP_PEER_LEFT', [])
    }
    const [least, seconds] =
      room === 'slow'
        ? [`Less than ${LOWEST_RATE.bytesPerSecond} bytes/s`, LOWEST_RATE.periodMs / 1000]
        : ['No data', this.settings.idle_timeout]
    session.logError(
      `sendfile timeout: ${least} can send while ${seconds} sec. ` +
        `There maybe temporary network trouble between receiver.) / URL=[${session.entry.url}]`,
    )
    throw room === 'slow' ? fail('FSIGK_POP_PEER_SLOW', []) : fail('FSIGK_POP_PEER_STALLED', [seconds])
  }
}

function urlOf(user: string, target: Target): string {
  return `pop://${user === '' ? '' : `${user}@`}${targetText(target)}`
}
