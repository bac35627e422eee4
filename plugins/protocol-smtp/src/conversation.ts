/** One client: its server is asked for, then its commands are served in order, until either side ends it. */
import type { Connection, Service } from '@fsigk/plugin-api'
import { Channel, type Sweeper } from '@fsigk/sockets'
import { readCommand } from './commands/command.js'
import { perform } from './commands/verbs.js'
import { Dialogue, type Next, type Silence } from './dialogue.js'
import { LogDraft } from './log-draft.js'
import { open } from './opening.js'
import { CommandReader } from './parse.js'
import type { SmtpSettings } from './settings.js'

/** How long a client may take to take the last that is said. */
const FAREWELL_MS = 10_000

export class Conversation {
  readonly #channel: Channel<CommandReader>
  /** The next command is waited for, and nothing else. */
  #waiting = false

  constructor(
    private readonly connection: Connection,
    private readonly service: Service<SmtpSettings>,
    private readonly sweeper: Sweeper,
  ) {
    this.#channel = new Channel(connection.socket, new CommandReader(), sweeper, connection)
  }

  /** Holds the conversation. What was written has left when this settles; closing is core's. */
  async hold(): Promise<void> {
    const { connection, sweeper } = this
    const session = this.service.open(connection)
    const channel = this.#channel
    channel.parser.bareLineEnds = session.settings.bare_line_ends
    const log = new LogDraft(session)
    try {
      const opened = await open(connection, session, channel, log, sweeper)
      if (opened !== undefined) {
        const dialogue = new Dialogue(session, channel, opened.upstream, opened.route, log, sweeper)
        await this.#serve(dialogue).finally(() => opened.upstream.close())
      }
      log.end()
      await channel.finish(FAREWELL_MS)
    } finally {
      session.close()
    }
  }

  /** The service drains: a client with nothing under way is told to come again. */
  drain(): void {
    this.#interrupt()
  }

  async #serve(dialogue: Dialogue): Promise<void> {
    const { upstream } = dialogue
    const interrupt = () => this.#interrupt()
    let next: Next = 'next'
    while (next === 'next') {
      this.#waiting = true
      // Whoever takes a message watches the server in a way of its own.
      upstream.channel.onEnd = interrupt
      const line = await dialogue.nextLine(() => this.#isOver(dialogue))
      this.#waiting = false
      if (typeof line === 'string') return this.#endBy(line, dialogue)
      next = await perform(dialogue, readCommand(line.line))
    }
    dialogue.endTransaction()
  }

  /** Whether no further command will be taken: the server has left, or the service drains between two transactions. */
  #isOver({ upstream, transaction }: Dialogue): boolean {
    return !upstream.isReady || (this.service.draining.aborted && transaction === undefined)
  }

  #endBy(silence: Silence, dialogue: Dialogue): void {
    if (silence === 'tooLongLine' || silence === 'lineEnd') dialogue.refuse(silence)
    else if (silence === 'idle') dialogue.say('idle')
    else if (silence === 'interrupted' && !dialogue.upstream.isReady) dialogue.serverLeft()
    else if (silence === 'interrupted') dialogue.say('draining')
    dialogue.endTransaction()
  }

  #interrupt(): void {
    if (this.#waiting) this.#channel.interrupt()
  }
}
