/** Counts how a worker's calls to one plugin end, for the supervisor, who watches over it in all workers together. */
import type { ScanWatch } from '@fsigk/gateway'
import { messageOf } from '../errors.js'
import type { FromWorker } from '../ipc/messages.js'

const TELL_EVERY_MS = 1_000
const MAX_REASON = 500

export class ScanTally implements ScanWatch {
  #succeeded = 0
  #timer: NodeJS.Timeout | undefined

  constructor(
    private readonly id: string,
    private readonly send: (message: FromWorker) => void,
  ) {}

  succeeded(): void {
    this.#succeeded += 1
    this.#timer ??= setTimeout(() => this.#tell(), TELL_EVERY_MS).unref()
  }

  /** Told at once: the supervisor may have to act. */
  failed(session: string, cause: unknown): void {
    this.#tell({ hook: 'scan', session, because: messageOf(cause).slice(0, MAX_REASON) })
  }

  /** It ended while it was at nobody's work. */
  ended(because: string): void {
    this.#tell({ hook: '', session: '', because: because.slice(0, MAX_REASON) })
  }

  #tell(failure?: { readonly hook: string; readonly session: string; readonly because: string }): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const succeeded = this.#succeeded
    this.#succeeded = 0
    this.send({ is: 'calls', plugin: this.id, succeeded, ...(failure === undefined ? {} : { failure }) })
  }
}
