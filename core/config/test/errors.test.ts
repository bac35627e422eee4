import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { catalogue } from '../src/errors.js'

test('every error stands in the documentation, and every documented error exists', () => {
  const documentation = readFileSync(new URL('../../../docs/errors/config.md', import.meta.url), 'utf8')
  const documented = [...documentation.matchAll(/^\| `(FSIGK_[A-Z_]+)` \|/gm)].map(([, code]) => code)
  assert.deepEqual(documented.sort(), Object.keys(catalogue).sort())
})
