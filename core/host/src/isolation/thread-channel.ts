import { fileURLToPath } from 'node:url'
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { messageOf } from '../errors.js'
import { type ChannelEvents, type PluginChannel, pluginEnvironment, readPrinted } from './channel.js'
import type { IsolationLimits } from './limits.js'
import type { ToPlugin } from './messages.js'

const MAIN = fileURLToPath(new URL('./inside/main.js', import.meta.url))
const YOUNG_GENERATION_MIB = 16
const STACK_MIB = 4

/** A plugin in a worker thread: its own heap and event loop, in this process. */
export class ThreadChannel implements PluginChannel {
  readonly pid = undefined
  readonly gone: Promise<string>
  readonly #worker: Worker
  /** Of their own, so that what the plugin posts to its parent is heard by nobody. */
  readonly #port: MessagePort

  constructor(id: string, { memoryMiB }: IsolationLimits, { onMessage, onPrinted }: ChannelEvents) {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    this.#worker = new Worker(MAIN, {
      name: id,
      workerData: { port: port2 },
      transferList: [port2],
      env: pluginEnvironment(),
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: {
        maxOldGenerationSizeMb: memoryMiB,
        maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB,
        stackSizeMb: STACK_MIB,
      },
    })
    port1.on('message', onMessage)
    readPrinted(this.#worker.stdout, onPrinted)
    readPrinted(this.#worker.stderr, onPrinted)
    this.gone = this.#watchEnd(memoryMiB, onMessage)
  }

  post(message: ToPlugin): void {
    this.#port.postMessage(message)
  }

  kill(): void {
    void this.#worker.terminate()
  }

  #watchEnd(memoryMiB: number, onMessage: (message: unknown) => void): Promise<string> {
    let because: string | undefined
    this.#worker.on('error', (error: NodeJS.ErrnoException) => {
      because =
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? `it used more than ${memoryMiB} MiB of memory`
          : `it threw what nobody caught: ${messageOf(error)}`
    })
    return new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        // What it said last is still in the port, and tells why it ended.
        for (let last = receiveMessageOnPort(this.#port); last; last = receiveMessageOnPort(this.#port))
          onMessage(last.message)
        this.#port.close()
        resolve(because ?? `it ended by itself (exit code ${code})`)
      })
    })
  }
}
