import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listItems } from '../src/index.js'

const cases: readonly { says: string; value: string; expect: readonly string[] }[] = [
  { says: 'an empty value has no items', value: '', expect: [] },
  { says: 'one item needs no comma', value: ' gzip ', expect: ['gzip'] },
  { says: 'items are trimmed and empty ones left out', value: ', a ,, b,', expect: ['a', 'b'] },
  { says: 'a comma in quotes does not separate', value: '"a,b", c', expect: ['"a,b"', 'c'] },
  { says: 'a quote after a backslash does not end the quotes', value: '"a\\",b", c', expect: ['"a\\",b"', 'c'] },
  { says: 'quotes that never end keep the rest together', value: 'a, "b, c', expect: ['a', '"b, c'] },
]

for (const { says, value, expect } of cases) {
  test(`list items: ${says}`, () => assert.deepEqual(listItems(value), expect))
}
