/** The plugin's side of the isolation: starts the plugin as the host would inline, and does what the host asks of it. */
import {
  type Authenticator,
  type Call,
  type Clock,
  isFsigk,
  type LogSink,
  type Notifier,
  type Scanner,
  type SpamFilter,
} from '@fsigk/plugin-api'
import { messageOf } from '../../errors.js'
import { resolveSharedPackages } from '../../plugins/resolve-hook.js'
import { loadPlugin, RunningPlugin } from '../../plugins/running-plugin.js'
import { readAnswer } from '../answers.js'
import { ArrivedContent } from '../crossing-content.js'
import { MAX_TEXT } from '../limits.js'
import type { FromPlugin, ToPlugin, Work } from '../messages.js'
import type { BoundedLog } from './bounded-log.js'

type Told<I extends ToPlugin['is']> = Extract<ToPlugin, { is: I }>

const clock: Clock = { now: () => new Date() }

export class PluginEnd {
  readonly #calls = new Map<number, AbortController>()
  #plugin: RunningPlugin | undefined

  constructor(
    private readonly post: (message: FromPlugin) => void,
    private readonly log: BoundedLog,
  ) {}

  hear(message: ToPlugin): void {
    switch (message.is) {
      case 'begin':
        void this.#begin(message)
        break
      case 'call':
        void this.#answer(message)
        break
      case 'abort':
        this.#calls.get(message.call)?.abort()
        break
      case 'reload':
        void this.#reload(message)
        break
      case 'stop':
        void this.#stop()
        break
      case 'beat': {
        const { heapUsed, external } = process.memoryUsage()
        this.post({ is: 'beat', heldBytes: heapUsed + external })
        break
      }
      default:
        message satisfies never
    }
  }

  async #begin({ found, kind, settings, databases, logs, spool, deadlines, tryOnly }: Told<'begin'>): Promise<void> {
    try {
      resolveSharedPackages([found.folder])
      const folders = { package: found.folder, databases, logs, ...(spool === undefined ? {} : { spool }) }
      const needs = { log: this.log, clock, folders }
      if (tryOnly) {
        const { make, definition } = await loadPlugin(found, kind, needs, deadlines)
        make()
        return this.post({ is: 'ready', section: definition.section, definitions: '' })
      }
      const plugin = await RunningPlugin.start(found, kind, Object.freeze(settings), needs, deadlines)
      this.#plugin = plugin as RunningPlugin
      this.post({ is: 'ready', section: plugin.section, definitions: this.#definitions })
    } catch (error) {
      this.post({ is: 'failed', ...reasonOf(error) })
    }
  }

  async #answer({ call, work, settings, session }: Told<'call'>): Promise<void> {
    const deadline = new AbortController()
    this.#calls.set(call, deadline)
    try {
      const log = session === undefined ? this.log : this.log.of({ session })
      const common = { settings: Object.freeze(settings), signal: deadline.signal, log }
      const given = await this.#perform(work, session === undefined ? common : { ...common, session })
      const read = readAnswer(work.hook, given)
      if ('fault' in read) this.post({ is: 'refused', call, code: 'FSIGK_PLUGIN_ANSWER', because: read.fault })
      else this.post({ is: 'answered', call, answer: read.answer, definitions: this.#definitions })
    } catch (error) {
      this.post({ is: 'refused', call, ...reasonOf(error) })
    } finally {
      this.#calls.delete(call)
    }
  }

  /** The host asks only for hooks of the plugin's kind. */
  async #perform(work: Work, call: Call): Promise<unknown> {
    const role: unknown = this.#plugin?.role
    switch (work.hook) {
      case 'scan':
        return await (role as Scanner).scan(new ArrivedContent(work.content), call)
      case 'judge': {
        const { hook: _, content, ...mail } = work
        return await (role as SpamFilter).judge({ ...mail, content: new ArrivedContent(content) }, call)
      }
      case 'authenticate': {
        const { hook: _, ...credentials } = work
        return await (role as Authenticator).authenticate(credentials, call)
      }
      case 'notify': {
        const { hook: _, ...notice } = work
        return await (role as Notifier).notify(notice, call)
      }
      case 'write':
        // Awaited, though the contract promises nothing: a sink that is asynchronous all the same holds up its own lines.
        for (const { log, service, lines } of work.writes) await (role as LogSink).write(log, service, lines)
        return undefined
    }
  }

  async #reload({ settings, again }: Told<'reload'>): Promise<void> {
    try {
      await this.#plugin?.reload(Object.freeze(settings), again)
      this.post({ is: 'reloaded', definitions: this.#definitions })
    } catch (error) {
      this.post({ is: 'notReloaded', ...reasonOf(error) })
    }
  }

  async #stop(): Promise<void> {
    try {
      await this.#plugin?.stop()
      this.post({ is: 'stopped' })
    } catch (error) {
      this.post({ is: 'stopped', because: reasonOf(error).because })
    }
  }

  /** A getter of the plugin's may do whatever code does. */
  get #definitions(): string {
    try {
      return String((this.#plugin?.role as Partial<Scanner> | undefined)?.definitions ?? '').slice(0, MAX_TEXT)
    } catch {
      return ''
    }
  }
}

function reasonOf(error: unknown): { readonly code: string; readonly because: string } {
  let because: string
  try {
    because = messageOf(error).slice(0, MAX_TEXT)
  } catch {
    because = 'it threw what cannot be shown'
  }
  return { code: isFsigk(error) ? error.code.slice(0, MAX_TEXT) : '', because }
}
