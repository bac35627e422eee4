import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryContent } from '@fsigk/testing'
import { findMarker } from '../src/find-marker.js'

const never = new AbortController().signal
const markers = [Buffer.from('first'), Buffer.from('a second')]

for (const { says, text, expect } of [
  { says: 'a marker at the start', text: 'first of all', expect: true },
  { says: 'a marker at the end', text: 'and then a second', expect: true },
  { says: 'half a marker', text: 'a secon', expect: false },
  { says: 'nothing', text: '', expect: false },
])
  test(`${says} is ${expect ? 'found' : 'no marker'}, wherever the body is cut`, async () => {
    const bytes = Buffer.from(text)
    for (let chunkBytes = 1; chunkBytes <= bytes.length + 1; chunkBytes += 1)
      assert.equal(await findMarker(memoryContent(bytes, chunkBytes).open(), markers, never), expect)
  })

test('without markers nothing is found', async () => {
  assert.equal(await findMarker(memoryContent(Buffer.from('first')).open(), [], never), false)
})
