/** A scanner with a secret among its settings: it finds in everything when it is handed the right password. */
import { settingsSchema, text } from '@fsigk/plugin-api'
import type { PluginPackage } from '@fsigk/testing'

export const PASSWORD = 'correct horse battery'

const about = { label: { en: 'Password', ja: 'パスワード' }, help: { en: 'Opens it.', ja: '開きます。' } }

export const vault: PluginPackage = {
  id: 'scanner-vault',
  manifest: {
    id: 'scanner-vault',
    kind: 'scanner',
    title: { en: 'Vault', ja: '金庫' },
    api: 1,
    isolation: 'inline',
    settings: './settings.schema.json',
  },
  schema: settingsSchema('vault', { password: text('', { maxBytes: 30 }, { ...about, secret: true }) }),
  source: `import { createHash } from 'node:crypto'
import { definePlugin } from '@fsigk/plugin-api'

class Vault {
  definitions = 'test'
  async scan(content, call) {
    const right = call.settings.password === Buffer.from('${Buffer.from(PASSWORD).toString('base64')}', 'base64').toString()
    return { findings: right ? [{ threat: 'Test/Open', category: 'malware' }] : [] }
  }
}

export default definePlugin({ kind: 'scanner', section: 'vault', settings: {}, plugin: Vault })
`,
}
