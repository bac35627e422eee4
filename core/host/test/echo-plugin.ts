/** A small protocol and scanners as plugin packages, put where no repository is near: a home in the system's temporary folder. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { flag, integer, PLUGIN_API_VERSION, settingsSchema, text } from '@fsigk/plugin-api'

const label = { label: { en: 'test', ja: 'テスト' }, help: { en: 'For tests.', ja: 'テスト用です。' } }

const echoSettings = {
  echo_service: flag(true, label),
  svcport: text('127.0.0.1:0', { maxBytes: 128, format: 'svcport' }, label),
  pre_spawn: integer(100, { min: 1, max: 1000 }, label),
  workers: integer(1, { min: 0, max: 8 }, label),
  backlog: integer(16, { min: 1, max: 128 }, label),
  greeting: text('hello', { maxBytes: 100 }, label),
  /** The protocol refuses to reload while it is on. */
  refuse: flag(false, label),
}

/**
 * Speaks one word a line: `who` is answered with process, slot, revision and greeting; `hang` stops the event loop;
 * `die` ends the process; `close` ends the connection. Sends the greeting first.
 */
const ECHO_SOURCE = `
import { definePlugin, inject, injectable, Log, z } from '@fsigk/plugin-api'
import { container } from 'tsyringe'
import 'reflect-metadata'
import { z as zodItself } from 'zod'

class Echo {
  constructor(log) { this.log = log }
  async start(settings) {
    this.log.info('echo started', { sameZod: z === zodItself, tsyringe: typeof container.resolve, greeting: settings.greeting })
  }
  async reload(settings) {
    if (settings.refuse) throw new Error('it does not want to')
    this.log.info('echo reloaded', { greeting: settings.greeting })
  }
  async stop() { this.log.info('echo stopped') }
  async converse(connection, service) {
    const { socket, slot } = connection
    const say = (session) => socket.write(process.pid + ' ' + slot + ' ' + session.revision + ' ' + session.settings.greeting + '\\n')
    const first = service.open(connection)
    say(first)
    first.close()
    service.draining.addEventListener('abort', () => socket.write('draining\\n'))
    let rest = ''
    for await (const chunk of socket) {
      const lines = (rest + chunk).split('\\n')
      rest = lines.pop()
      for (const line of lines) {
        if (line === 'hang') for (;;);
        if (line === 'die') process.kill(process.pid, 'SIGKILL')
        if (line === 'forget') void Promise.reject(new Error('nobody waits for this'))
        if (line === 'close') return void socket.end()
        const session = service.open(connection)
        if (line === 'who') say(session)
        session.close()
      }
    }
    socket.end()
  }
}
inject(Log)(Echo, undefined, 0)
injectable()(Echo)
export default definePlugin({ kind: 'protocol', section: 'echo', settings: {}, plugin: Echo })
`

export interface PluginFiles {
  readonly id: string
  readonly manifest?: Readonly<Record<string, unknown>>
  readonly source: string
  readonly schema?: unknown
}

export const echoPlugin: PluginFiles = {
  id: 'protocol-echo',
  manifest: { kind: 'protocol', settings: './settings.schema.json' },
  source: ECHO_SOURCE,
  schema: settingsSchema('echo', echoSettings),
}

/** A scanner whose class has this body. */
export function scannerPlugin(id: string, body: string): PluginFiles {
  return {
    id,
    source: `import { definePlugin } from '@fsigk/plugin-api'
class TestScanner {
  definitions = 'test'
  async scan() { return { findings: [] } }
  ${body}
}
export default definePlugin({ kind: 'scanner', section: '${id.replaceAll('-', '_')}', settings: {}, plugin: TestScanner })
`,
  }
}

/** Writes a plugin package below `parent`. */
export async function writePlugin(parent: string, { id, manifest, source, schema }: PluginFiles): Promise<string> {
  const folder = join(parent, id)
  await mkdir(folder, { recursive: true })
  const title = { en: id, ja: id }
  const fsigk = { id, kind: 'scanner', title, api: PLUGIN_API_VERSION, isolation: 'inline', ...manifest }
  const packageJson = { name: id, version: '1.2.3', type: 'module', exports: { '.': './index.js' }, fsigk }
  await writeFile(join(folder, 'package.json'), JSON.stringify(packageJson))
  await writeFile(join(folder, 'index.js'), source)
  if (schema !== undefined) await writeFile(join(folder, 'settings.schema.json'), JSON.stringify(schema))
  return folder
}
