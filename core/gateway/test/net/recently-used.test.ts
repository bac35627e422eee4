import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RecentlyUsed } from '../../src/net/recently-used.js'

test('what was not asked for longest is forgotten first', () => {
  const map = new RecentlyUsed<string, number>(3)
  for (const [i, key] of ['a', 'b', 'c'].entries()) map.set(key, i)
  assert.equal(map.get('a'), 0)
  map.set('d', 3)
  map.set('c', 9)
  map.set('e', 4)
  assert.deepEqual(
    ['a', 'b', 'c', 'd', 'e'].map((key) => map.get(key)),
    [undefined, undefined, 9, 3, 4],
  )
  assert.equal(map.size, 3)
})
