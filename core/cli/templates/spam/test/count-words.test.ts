import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callWith, mailOf, memoryContent } from '@fsigk/testing'
import { countWords } from '../src/count-words.js'
import { WordFilter } from '../src/word-filter.js'

const never = new AbortController().signal

for (const { says, text, expect } of [
  { says: 'different words count once each', text: 'prize, Prize and LOTTERY', expect: 2 },
  { says: 'a part of a word is none', text: 'priz lotter', expect: 0 },
  { says: 'an empty mail has none', text: '', expect: 0 },
])
  test(`${says}, wherever the mail is cut`, async () => {
    const bytes = Buffer.from(text)
    for (let chunkBytes = 1; chunkBytes <= bytes.length + 1; chunkBytes += 1) {
      const body = memoryContent(bytes, chunkBytes).open()
      assert.equal(await countWords(body, ['prize', 'lottery'], 10, never), expect)
    }
  })

test('words of any language are found, and the limit decides', async () => {
  const mail = mailOf(memoryContent(Buffer.from('Subject: x\r\n\r\n当選 おめでとう')))
  const judge = (limit: number) => new WordFilter().judge(mail, callWith({ words: '当選,おめでとう', limit }) as never)
  assert.deepEqual(await judge(2), { name: 'Sample/Words', score: 2 })
  assert.equal(await judge(3), undefined)
})
