import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { cliErrors } from '../src/errors.js'

test('every error of the command line is documented, and nothing else is', async () => {
  const page = await readFile(new URL('../../../docs/errors/cli.md', import.meta.url), 'utf8')
  const documented = [...page.matchAll(/^\| `(FSIGK_[A-Z_]+)` \|/gm)].map(([, code]) => code)
  assert.deepEqual(documented.toSorted(), Object.keys(cliErrors).toSorted())
})
