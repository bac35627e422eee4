/** A scanner whose every scan leaves a line in a file, and that waits, finds or fails as the bytes before it say. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { flag, settingsSchema } from '@fsigk/plugin-api'
import { type PluginPackage, until } from '@fsigk/testing'

const about = { label: { en: 'Strict', ja: '厳密' }, help: { en: 'Nothing.', ja: 'なし' } }

/**
 * Bodies begin with a word: `find`, `locked` (unscanned), `throw`, `hold` (until `release`), or anything else.
 * What follows after a space names the body among the scans.
 */
export function countingScanner(judgesBy: 'bytes' | 'name' | 'moment', id = 'scanner-counting'): PluginPackage {
  const section = id.replaceAll('-', '_')
  return {
    id,
    manifest: {
      id,
      kind: 'scanner',
      title: { en: id, ja: id },
      api: 1,
      settings: './settings.schema.json',
      scanner: { cost: 'costly', judgesBy },
    },
    schema: settingsSchema(section, { strict: flag(false, about) }),
    source: `import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { definePlugin, flag } from '@fsigk/plugin-api'
const folder = process.env.COUNTING_FOLDER
const about = ${JSON.stringify(about)}
class Counting {
  get definitions() {
    return existsSync(folder + '/definitions') ? readFileSync(folder + '/definitions', 'utf8') : 'first'
  }
  async scan(content, call) {
    let head
    for await (const piece of content.open()) head ??= piece.toString('latin1', 0, 40)
    const [word, name] = (head ?? '').split(' ')
    appendFileSync(folder + '/scans', process.pid + ' ' + name + ' ' + content.name + '\\n')
    if (word === 'hold') while (!existsSync(folder + '/release')) await delay(5, undefined, { signal: call.signal })
    if (word === 'throw') throw new Error('the engine broke')
    if (word === 'locked') return { findings: [], unscanned: [{ because: 'encrypted' }] }
    const found = word === 'find' || content.name.endsWith('.bad')
    return { findings: found ? [{ threat: 'Test/Counted', category: 'malware' }] : [] }
  }
}
export default definePlugin({ kind: 'scanner', section: '${section}', settings: { strict: flag(false, about) }, plugin: Counting })
`,
  }
}

/** What the scanners of a folder (`COUNTING_FOLDER`) have done, and what they are told there. */
export class Scans {
  constructor(private readonly folder: string) {}

  get env(): Readonly<Record<string, string>> {
    return { COUNTING_FOLDER: this.folder }
  }

  /** Scans of the body of this name, in order: the process that scanned, and the file name it was told. */
  async of(name: string): Promise<readonly { readonly pid: number; readonly file: string }[]> {
    const text = await readFile(join(this.folder, 'scans'), 'latin1').catch(() => '')
    const lines = text.split('\n').map((line) => line.split(' '))
    return lines.filter(([, of]) => of === name).map(([pid, , file = '']) => ({ pid: Number(pid), file }))
  }

  /** Waits until the body of this name has been begun so often. */
  async begun(name: string, times: number): Promise<void> {
    await until(`scan ${times} of ${name}`, async () => (await this.of(name)).length >= times)
  }

  /** Lets scans of `hold` go on. */
  async release(): Promise<void> {
    await writeFile(join(this.folder, 'release'), '')
  }

  async define(definitions: string): Promise<void> {
    await writeFile(join(this.folder, 'definitions'), definitions)
  }
}
