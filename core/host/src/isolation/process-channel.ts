import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { messageOf } from '../errors.js'
import { type ChannelEvents, type PluginChannel, pluginEnvironment, readPrinted } from './channel.js'
import { type IsolationLimits, LAST_WORD_MS } from './limits.js'
import type { ToPlugin } from './messages.js'

const MAIN = fileURLToPath(new URL('./inside/main.js', import.meta.url))

/** A plugin in a process of its own: whatever its code or its native libraries do ends with it. */
export class ProcessChannel implements PluginChannel {
  readonly gone: Promise<string>
  readonly #child: ChildProcess

  constructor(id: string, { memoryMiB }: IsolationLimits, { onMessage, onPrinted }: ChannelEvents) {
    this.#child = fork(MAIN, [id], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
      env: pluginEnvironment(),
      execArgv: [`--max-old-space-size=${memoryMiB}`, '--max-semi-space-size=8'],
    })
    this.#child.on('message', onMessage)
    readPrinted(this.#child.stdout, onPrinted)
    readPrinted(this.#child.stderr, onPrinted)
    this.gone = this.#watchEnd(memoryMiB)
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  post(message: ToPlugin): void {
    if (this.#child.connected) this.#child.send(message, () => {})
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #watchEnd(memoryMiB: number): Promise<string> {
    return new Promise((resolve) => {
      this.#child.once('error', (error) => {
        if (this.#child.pid === undefined) resolve(`its process could not be begun: ${messageOf(error)}`)
      })
      this.#child.once('exit', async (code, signal) => {
        // What it said last may still be on its way, and tells why it ended.
        if (this.#child.connected) await Promise.race([once(this.#child, 'disconnect'), delay(LAST_WORD_MS)])
        // V8 has no gentler end for a heap that is full.
        if (signal === 'SIGABRT') resolve(`it ended by SIGABRT, as it does beyond ${memoryMiB} MiB of memory`)
        else resolve(signal === null ? `it ended by itself (exit code ${code})` : `it was ended by ${signal}`)
      })
    })
  }
}
