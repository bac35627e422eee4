/** The scanner of a drill: it does what the body tells it to. Only ever put into the home of a drill. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PLUGIN_API_VERSION } from '@fsigk/plugin-api'

export const DRILL_SCANNER = 'scanner-drill'

const manifest = {
  name: DRILL_SCANNER,
  version: '1.0.0',
  type: 'module',
  exports: { '.': { default: './index.js' } },
  fsigk: {
    id: DRILL_SCANNER,
    kind: 'scanner',
    title: { en: 'Drill', ja: '訓練' },
    api: PLUGIN_API_VERSION,
    isolation: 'worker',
  },
}

const source = `import { definePlugin } from '@fsigk/plugin-api'

class DrillScanner {
  definitions = 'drill'
  async scan(content) {
    let text = ''
    for await (const piece of content.open()) if (text === '') text = piece.toString('latin1')
    const [order, word] = text.split(/\\r?\\n/)[0].split(' ')
    if (order === 'throw') throw new Error('this is a drill')
    if (order === 'hang') return new Promise(() => {})
    if (order === 'cannot') return { findings: [], unscanned: [{ because: word, detail: 'this is a drill' }] }
    return { findings: [] }
  }
}

export default definePlugin({ kind: 'scanner', section: 'scanner_drill', settings: {}, plugin: DrillScanner })
`

/** @param plugins the folder of plugins of the drill's home */
export async function installDrillScanner(plugins: string): Promise<void> {
  const folder = join(plugins, DRILL_SCANNER)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  await writeFile(join(folder, 'index.js'), source)
}
