import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gatewayErrors } from '../src/errors.js'
import { causes } from '../src/pipeline/policy.js'

const page = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')

test('every error is documented, and nothing else is', () => {
  const documented = [...page('errors/gateway.md').matchAll(/^\| `(FSIGK_[A-Z_]+)` \|/gm)].map(([, code]) => code)
  assert.deepEqual(documented.toSorted(), Object.keys(gatewayErrors).toSorted())
})

test('every detail that the log can tell of an unscanned body is explained, with the setting that decides', () => {
  const messages = page('messages.md')
  for (const rule of Object.values(causes)) {
    const setting = rule.kind === 'policy' ? rule.blocksBy : rule.kind === 'transient' ? rule.opensBy : undefined
    const decides = setting === undefined ? 'passes' : `\`${setting}\``
    assert.match(messages, new RegExp(`^\\| \`${rule.word}\` \\| .* \\| ${decides} \\|$`, 'm'))
  }
})
