/** Scanners that do what the bytes before them say, as plugin packages. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PluginPackage, TestGateway } from '@fsigk/testing'

/** Words at the start of a body, each a misdeed. */
export const MISDEEDS = `
    if (word === 'throw') throw new Error('the engine broke')
    if (word === 'hang') return new Promise(() => {})
    if (word === 'exit') process.exit(0)
    if (word === 'loop') for (;;);
    if (word === 'heap') { const held = []; for (;;) held.push(new Array(10_000).fill(held.length)) }
    if (word === 'buffers') { held = []; for (let at = 0; at < 400; at += 1) held.push(Buffer.alloc(1024 * 1024, 1)); return new Promise(() => {}) }
    if (word === 'uncaught') return new Promise(() => setImmediate(() => { throw new Error('out of the blue') }))
    if (word === 'forget') { void Promise.reject(new Error('nobody waits for this')); throw new Error('after forgetting') }
    if (word === 'log') { for (let at = 0; at < 20_000; at += 1) call.log.info('flood', { at, word: 'x'.repeat(1000) }); throw new Error('after the flood') }
    if (word === 'print') { for (let at = 0; at < 20_000; at += 1) console.log('flood', at); throw new Error('after the flood') }
    if (word === 'nonsense') return { findings: 'none' }
    if (word === 'nothing') return undefined
    if (word === 'virus') return { findings: [{ threat: 'Test/Virus', category: 'malware' }] }`

export function obedientScanner(id: string, isolation: 'inline' | 'worker' | 'process', rest = ''): PluginPackage {
  return {
    id,
    manifest: { id, kind: 'scanner', title: { en: id, ja: id }, api: 1, isolation },
    source: `import { definePlugin } from '@fsigk/plugin-api'
let held
class Obedient {
  definitions = 'test'
  async scan(content, call) {
    let word
    for await (const piece of content.open()) word ??= /^[a-z]+/.exec(piece.toString('latin1', 0, 20))?.[0]
    ${MISDEEDS}
    return { findings: [] }
  }
  ${rest}
}
export default definePlugin({ kind: 'scanner', section: '${id.replaceAll('-', '_')}', settings: {}, plugin: Obedient })
`,
  }
}

type PluginState = Awaited<ReturnType<TestGateway['status']>>['plugins'][number]

/** What `fsigk status` says of a plugin. */
export async function pluginState(gateway: Pick<TestGateway, 'status'>, id: string): Promise<PluginState | undefined> {
  const { plugins } = await gateway.status()
  return plugins.find((plugin) => plugin.id === id)
}

/** Lines of fsigk.log, as objects. */
export async function structuredLines(home: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const text = await readFile(join(home, 'log', 'fsigk.log'), 'utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
