import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { catalogue } from '../src/errors.js'

test('every error of this package is documented, and every documented error exists', async () => {
  const page = await readFile(new URL('../../../../core/docs/errors/notifier-mail.md', import.meta.url), 'utf8')
  const documented = [...page.matchAll(/^\| `(FSIGK_\w+)` \|/gm)].map((match) => match[1])
  assert.deepEqual(documented.sort(), Object.keys(catalogue).sort())
})
