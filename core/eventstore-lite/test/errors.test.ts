import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { eventStoreErrorCodes } from '../src/errors.js'

test('every error code is documented, and every documented code exists', async () => {
  const page = await readFile(new URL('../../../docs/errors/eventstore-lite.md', import.meta.url), 'utf8')
  const documented = [...page.matchAll(/^\| `(\w+)` +\|/gm)].map(([, code]) => code)
  assert.deepEqual(documented.sort(), [...eventStoreErrorCodes].sort())
})
