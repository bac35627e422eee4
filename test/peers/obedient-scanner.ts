import { PLUGIN_API_VERSION } from '@fsigk/plugin-api'
import type { PluginPackage } from '@fsigk/testing'

/**
 * A scanner that does what the content says: `throw`, `hang`, `nonsense`, `wait MILLISECONDS`, `cannot CAUSE`, `find NAME`;
 * nothing is found in any other.
 */
export const scannerThatObeys: PluginPackage = {
  id: 'scanner-obeys',
  manifest: {
    id: 'scanner-obeys',
    kind: 'scanner',
    title: { en: 'Test scanner that obeys', ja: '指示に従うテスト検査' },
    api: PLUGIN_API_VERSION,
    isolation: 'inline',
  },
  source: `import { definePlugin } from '@fsigk/plugin-api'

class ObedientScanner {
  definitions = 'test'
  async scan(content) {
    const pieces = []
    for await (const piece of content.open()) pieces.push(piece)
    const [order, word] = Buffer.concat(pieces).toString('latin1', 0, 100).split(' ')
    if (order === 'throw') throw new Error('the engine broke')
    if (order === 'hang') return new Promise(() => {})
    if (order === 'nonsense') return { clean: true }
    if (order === 'wait') await new Promise((resolve) => setTimeout(resolve, Number(word)))
    if (order === 'cannot') return { findings: [], unscanned: [{ because: word }] }
    if (order === 'find') return { findings: [{ threat: word, category: 'malware' }] }
    return { findings: [] }
  }
}

export default definePlugin({ kind: 'scanner', section: 'scanner_obeys', settings: {}, plugin: ObedientScanner })
`,
}
