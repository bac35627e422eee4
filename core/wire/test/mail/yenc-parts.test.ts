import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { yencoded } from './codecs/encoders.js'
import { bodies, everything, read } from './read.js'
import { lines } from './tricks/kit.js'

interface Part {
  readonly part: number
  readonly begin?: number
  readonly text: string
  readonly name?: string
}

function mailOf(...parts: readonly Part[]): string {
  const texts = parts.map(({ part, begin, text, name = 'a b.bin' }) =>
    yencoded(name, Buffer.from(text))
      .replace('line=', `part=${part} total=${parts.length} line=`)
      .replace('\r\n', begin === undefined ? '\r\n' : `\r\n=ypart begin=${begin} end=${begin + text.length - 1}\r\n`),
  )
  return lines('Subject: x', '', 'Hello', ...texts, 'Bye')
}

const one: Part = { part: 1, begin: 1, text: 'one ' }
const two: Part = { part: 2, begin: 5, text: 'two ' }
const three: Part = { part: 3, begin: 9, text: 'three' }

const cases: readonly { readonly says: string; readonly parts: readonly Part[]; readonly joined: readonly string[] }[] =
  [
    { says: 'in their order', parts: [one, two, three], joined: ['one two three'] },
    { says: 'in another order', parts: [three, one, two], joined: ['one two three', 'threeone two '] },
    { says: 'without saying where they begin', parts: [one, { part: 2, text: 'two ' }], joined: ['one two '] },
    {
      says: 'one of them twice',
      parts: [one, two, { ...two, begin: 20, text: 'twice ' }],
      joined: ['one two ', 'one twice ', 'one two twice '],
    },
    {
      says: 'numbers and places that contradict',
      parts: [one, { ...two, begin: 0 }],
      joined: ['one two ', 'two one '],
    },
    { says: 'one alone', parts: [one], joined: [] },
    { says: 'of two files', parts: [one, { ...two, name: 'c' }], joined: [] },
  ]

describe('parts of a file in yEnc are readings, and what they make together', () => {
  for (const { says, parts, joined } of cases)
    test(says, async () => {
      for (const chunkBytes of [3, 65_536]) {
        const [, ...found] = await bodies(mailOf(...parts), everything, chunkBytes)
        assert.deepEqual(found, [...parts.map(({ text }) => text), ...joined])
      }
    })

  test('under its name', async () => {
    assert.equal((await read(mailOf(one, two))).at(-1)?.name, 'a b.bin')
  })

  test('among other files', async () => {
    const between = lines('begin 644 x', '#86)C', '`', 'end', '')
    const mail = mailOf(one, two).replace('=ybegin part=2', `${between}\r\n=ybegin part=2`)
    assert.deepEqual((await bodies(mail)).slice(1), ['one ', 'abc', 'two ', 'one two '])
  })

  test('more parts in disorder than can be meant make it unreadable', async () => {
    const parts = Array.from({ length: 120 }, (_, at) => ({ part: 120 - at, text: `${at} ` }))
    await assert.rejects(bodies(mailOf(...parts)), /ways to read it/)
  })
})
