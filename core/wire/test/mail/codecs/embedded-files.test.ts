import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { EmbeddedFiles } from '../../../src/mail/codecs/embedded-files.js'
import { binhexed, uuencoded, yencoded } from './encoders.js'

interface Found {
  readonly name: string
  readonly encoding: string
  readonly bytes: Buffer
}

function found(files: EmbeddedFiles, text: Buffer, at = text.length): readonly Found[] {
  const list: { name: string; encoding: string; pieces: Buffer[]; hasEnded: boolean }[] = []
  const pieces = [text.subarray(0, at), text.subarray(at)]
  for (const event of [...pieces.flatMap((piece) => [...files.push(piece)]), ...files.end()]) {
    const last = list.at(-1)
    if (event.is === 'file') {
      assert.ok(last === undefined || last.hasEnded)
      list.push({ name: event.name, encoding: event.encoding, pieces: [], hasEnded: false })
    } else if (event.is === 'data') last?.pieces.push(event.bytes)
    else if (last !== undefined) last.hasEnded = true
  }
  assert.ok(list.every(({ hasEnded }) => hasEnded))
  return list.map(({ name, encoding, pieces: parts }) => ({ name, encoding, bytes: Buffer.concat(parts) }))
}

const bytes = Buffer.from(
  'Hello, \x90\x90 aaaaaaaaaaaaaaaaaaaaaaaaaa\0\0\0\0\r\n=.\n\xd6\xe0\xe3\x13 and so on, for some lines',
  'latin1',
)
const base64 = `begin-base64 644 b.bin\n${bytes
  .toString('base64')
  .match(/.{1,60}/g)
  ?.join('\n')}\n====\n`
const binhexFork = binhexed('c.bin', bytes, Buffer.from('fork'))

const texts = [
  { says: 'uuencode', text: uuencoded('a b.txt', bytes), expect: [['a b.txt', 'uuencode', bytes]] },
  { says: 'spaces for zero', text: uuencoded('a', bytes, ' '), expect: [['a', 'uuencode', bytes]] },
  { says: 'CR LF', text: uuencoded('a', bytes).replaceAll('\n', '\r\n'), expect: [['a', 'uuencode', bytes]] },
  { says: 'bare CR', text: uuencoded('a', bytes).replaceAll('\n', '\r'), expect: [['a', 'uuencode', bytes]] },
  { says: 'no end', text: uuencoded('a', bytes).replace('`\nend\n', ''), expect: [['a', 'uuencode', bytes]] },
  { says: 'no mode', text: uuencoded('a', bytes).replace('644 a', ' a.exe'), expect: [['a.exe', 'uuencode', bytes]] },
  {
    says: 'no end before the next one begins',
    text: `${uuencoded('a', bytes).replace('`\nend\n', '')}${uuencoded('b', bytes)}`,
    expect: [
      ['a', 'uuencode', bytes],
      ['b', 'uuencode', bytes],
    ],
  },
  {
    says: 'a sentence that begins so',
    text: 'To\nbegin with, nothing\nbegin 12\n',
    expect: [['', 'uuencode', Buffer.alloc(0)]],
  },
  { says: 'words inside a line', text: 'the\n begin 644 a\n&:&5L;&\\A\n', expect: [] },
  { says: 'base64', text: base64, expect: [['b.bin', 'base64', bytes]] },
  { says: 'yEnc', text: yencoded('c d.bin', bytes), expect: [['c d.bin', 'yenc', bytes]] },
  {
    says: 'yEnc in parts, the last without its end',
    text:
      yencoded('c', bytes).replace('\r\n', '\r\n=ypart begin=1 end=2\r\n') +
      yencoded('c', bytes).replace(/=yend.*/s, ''),
    expect: [
      ['c', 'yenc', bytes],
      ['c', 'yenc', bytes],
    ],
  },
  {
    says: 'BinHex, both forks',
    text: binhexFork,
    expect: [
      ['c.bin', 'binhex', bytes],
      ['c.bin', 'binhex', Buffer.from('fork')],
    ],
  },
  { says: 'BinHex, cut off', text: binhexed('c', bytes).slice(0, 120), expect: [['c', 'binhex', undefined]] },
] as const

describe('files that stand encoded in a text are found, whatever pieces it comes in:', () => {
  for (const { says, text, expect } of texts)
    test(says, () => {
      const whole = Buffer.from(`Hello,\r\n${text}\r\nGoodbye\r\n`, 'latin1')
      for (let at = 0; at <= whole.length; at++) {
        const files = found(new EmbeddedFiles(), whole, at)
        assert.deepEqual(
          files.map(({ name, encoding }) => [name, encoding]),
          expect.map(([name, encoding]) => [name, encoding]),
          `cut at ${at}`,
        )
        for (const [index, [, , content]] of expect.entries())
          if (content !== undefined)
            assert.ok(
              files[index]?.bytes.subarray(0, content.length).equals(content),
              `cut at ${at}: ${files[index]?.bytes.toString('latin1')}`,
            )
      }
    })

  test('several of all kinds, in one text', () => {
    const text = [uuencoded('1', bytes), yencoded('2', bytes), base64, binhexFork, uuencoded('5', bytes)].join(
      'some text\r\n',
    )
    const files = found(new EmbeddedFiles(), Buffer.from(text, 'latin1'))
    assert.deepEqual(
      files.map(({ name }) => name),
      ['1', '2', 'b.bin', 'c.bin', 'c.bin', '5'],
    )
    assert.ok(files.every(({ bytes: content }) => content.equals(bytes) || content.toString() === 'fork'))
  })

  test('lines of uuencode that are not as long as they say have further readings', () => {
    const files = new EmbeddedFiles()
    const text = Buffer.from('begin 644 a\n#:&5L;&\\A\n`\nend\n')
    const read = found(files, text)
    const others = files.others().map((make) => found(make(), text))
    assert.deepEqual(
      [read, ...others].map((each) => each[0]?.bytes.toString()),
      ['hel', 'hello!', ''],
    )
    const plain = new EmbeddedFiles()
    found(plain, Buffer.from(uuencoded('a', bytes)))
    assert.equal(plain.others().length, 0)
  })

  test('a long file comes whole', () => {
    const long = randomBytes(100_000)
    for (const text of [uuencoded('a', long), yencoded('a', long), binhexed('a', long)])
      for (const at of [0, 65_537]) {
        const [file] = found(new EmbeddedFiles(), Buffer.from(text, 'latin1'), at)
        assert.ok(file?.bytes.equals(long), text.slice(0, 20))
      }
  })
})
