/** Isolated plugins of every sort, begun without a gateway. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEADLINES, findPlugins } from '@fsigk/host'
import type { Call, Content, Log } from '@fsigk/plugin-api'
import { IsolatedPlugin } from '../../src/isolation/isolated-plugin.js'
import type { IsolationLimits } from '../../src/isolation/limits.js'
import type { IsolatedKind } from '../../src/isolation/plugin-instance.js'
import { type PluginFiles, writePlugin } from '../echo-plugin.js'

/** A log that keeps what it is told. */
export class KeptLog implements Log {
  readonly lines: {
    readonly level: keyof Log
    readonly event: string
    readonly data: Readonly<Record<string, unknown>>
  }[] = []
  readonly #waiting: { readonly event: string; readonly resolve: () => void }[] = []

  debug = (event: string, data?: Readonly<Record<string, unknown>>) => this.#keep('debug', event, data)
  info = (event: string, data?: Readonly<Record<string, unknown>>) => this.#keep('info', event, data)
  warn = (event: string, data?: Readonly<Record<string, unknown>>) => this.#keep('warn', event, data)
  error = (event: string, data?: Readonly<Record<string, unknown>>) => this.#keep('error', event, data)

  of(event: string) {
    return this.lines.filter((line) => line.event === event)
  }

  /** Resolves when this event has been logged so often. */
  async until(event: string, times = 1): Promise<void> {
    while (this.of(event).length < times) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#waiting.push({ event, resolve })
      await promise
    }
  }

  #keep(level: keyof Log, event: string, data: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ level, event, data })
    for (const waiting of this.#waiting.splice(0)) waiting.resolve()
  }
}

export interface Isolated<K extends IsolatedKind> extends AsyncDisposable {
  readonly plugin: IsolatedPlugin<K>
  readonly log: KeptLog
  /** Why there was no instance, in order; undefined where there was one again. */
  readonly downs: (string | undefined)[]
  readonly folder: string
}

/** Starts a plugin of this kind whose class has this body. */
export async function isolated<K extends IsolatedKind>(
  isolation: 'worker' | 'process',
  kind: K,
  body: string,
  options: { readonly limits?: Partial<IsolationLimits>; readonly settings?: unknown; readonly before?: string } = {},
): Promise<Isolated<K>> {
  const folder = await mkdtemp(join(tmpdir(), 'fsigk-isolation-'))
  const log = new KeptLog()
  const downs: (string | undefined)[] = []
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    await writePlugin(folder, pluginOf(kind, isolation, body, options.before))
    const [found] = (await findPlugins([folder])).plugins
    if (found === undefined) throw new Error('The plugin was not found')
    const plugin = await IsolatedPlugin.start(found, kind, options.settings ?? {}, {
      isolation,
      log,
      databases: folder,
      logs: folder,
      deadlines: { ...DEADLINES, reload: 2_000, stop: 2_000 },
      limits: { stuckMs: 60_000, graceMs: 2_000, ...options.limits },
      onDown: (because) => downs.push(because),
    })
    const end = async () => {
      await plugin.stop().catch(() => {})
      await remove()
    }
    return { plugin, log, downs, folder, [Symbol.asyncDispose]: end }
  } catch (error) {
    await remove()
    throw error
  }
}

function pluginOf(kind: IsolatedKind, isolation: string, body: string, before = ''): PluginFiles {
  return {
    id: `${kind}-isolated`,
    manifest: { kind, isolation },
    source: `import { definePlugin } from '@fsigk/plugin-api'
${before}
class Isolated {
  definitions = 'test 1'
  ${body}
}
export default definePlugin({ kind: '${kind}', section: 'isolated', settings: {}, plugin: Isolated })
`,
  }
}

export function callFor(session: string, signal: AbortSignal = new AbortController().signal): Call {
  return { settings: { word: 'now' }, signal, log: new KeptLog(), session }
}

/** A scanner in which the name of a content says what to do. */
export const OBEDIENT = `async scan(content, call) {
  const { name } = content
  if (name === 'throw') throw new Error('the engine broke')
  if (name === 'exit') process.exit(0)
  if (name === 'loop') for (;;);
  if (name === 'hang') return new Promise(() => {})
  if (name === 'uncaught') return new Promise(() => setImmediate(() => { throw new Error('out of the blue') }))
  if (name === 'forget') void Promise.reject(new Error('nobody waits for this'))
  if (name === 'nonsense') return { findings: [{ threat: 7 }] }
  if (name === 'function') return { findings: [], unscanned: () => {} }
  if (name === 'heap') { const held = []; for (;;) held.push(new Array(10_000).fill(held.length)) }
  if (name === 'buffers') { this.held = []; for (let at = 0; at < 100; at += 1) this.held.push(Buffer.alloc(1024 * 1024, 1)); return new Promise(() => {}) }
  if (name === 'log') for (let at = 0; at < 50_000; at += 1) call.log.info('again', { at })
  if (name === 'print') for (let at = 0; at < 50_000; at += 1) console.log('again', at)
  if (name === 'slow') await new Promise((resolve) => setTimeout(resolve, 100))
  if (name === 'wait') await new Promise((resolve) => call.signal.addEventListener('abort', resolve))
  const pieces = []
  for await (const piece of content.open()) pieces.push(piece)
  const text = Buffer.concat(pieces).toString()
  return { findings: text === '' ? [] : [{ threat: text.slice(0, 40) + ' ' + text.length + ' ' + call.settings.word, category: 'malware' }] }
}`

export function named(name: string, text = ''): Content {
  const memory = text === '' ? [] : [Buffer.from(text)]
  return {
    bytes: text.length,
    name,
    type: '',
    memory,
    path: undefined,
    async *open() {
      yield* memory
    },
  }
}
