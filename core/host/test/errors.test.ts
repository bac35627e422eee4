import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { hostErrors } from '../src/errors.js'

test('every error of the host is documented, and nothing else is', async () => {
  const page = await readFile(new URL('../../../docs/errors/host.md', import.meta.url), 'utf8')
  const documented = [...page.matchAll(/^\| `(FSIGK_[A-Z_]+)` \|/gm)].map(([, code]) => code)
  assert.deepEqual(documented.toSorted(), Object.keys(hostErrors).toSorted())
})
