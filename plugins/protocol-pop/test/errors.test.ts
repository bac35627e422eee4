import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { errors } from '../src/errors.js'

test('every error is documented, and nothing else is', () => {
  const page = readFileSync(new URL('../../../../core/docs/errors/protocol-pop.md', import.meta.url), 'utf8')
  const documented = [...page.matchAll(/^\| `(FSIGK_[A-Z_]+)` \|/gm)].map(([, code]) => code)
  assert.deepEqual(documented.toSorted(), Object.keys(errors).toSorted())
})
