/** How the host reaches an isolated plugin: a thread's port or a process's channel, which end in the same words. */
import type { Readable } from 'node:stream'
import type { ToPlugin } from './messages.js'

export interface ChannelEvents {
  readonly onMessage: (message: unknown) => void
  /** What it wrote to stdout or stderr itself, cut. */
  readonly onPrinted: (text: string) => void
}

export interface PluginChannel {
  /** Of a process of its own; undefined for a thread. */
  readonly pid: number | undefined
  post(message: ToPlugin): void
  /** Ends it at once, whatever it is doing. */
  kill(): void
  /** Resolves when it is gone, with how it ended. */
  readonly gone: Promise<string>
}

/** Of the environment, what is no business of a plugin: keys that unseal secrets. */
const WITHHELD = /^FSIGK_(SECRET|STORE)/

export function pluginEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !WITHHELD.test(name)))
}

const MAX_PRINTED_BYTES = 4_096
const PRINTS_A_SECOND = 20

/** Tells what is printed, so much a second; who prints more has to wait, in its own time. */
export function readPrinted(output: Readable | null, onPrinted: (text: string) => void): void {
  let left = PRINTS_A_SECOND
  output?.on('error', () => {})
  output?.on('data', (chunk: Buffer) => {
    onPrinted(chunk.toString('utf8', 0, MAX_PRINTED_BYTES))
    left -= 1
    if (left > 0) return
    output.pause()
    setTimeout(() => {
      left = PRINTS_A_SECOND
      output.resume()
    }, 1_000).unref()
  })
}
