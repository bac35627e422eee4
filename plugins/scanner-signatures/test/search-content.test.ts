import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { Definitions, SignatureSet } from '../src/definitions/definitions.js'
import { parseLine } from '../src/definitions/parse.js'
import { searchContent } from '../src/search-content.js'
import { cuts, inMemory, streamed } from './contents.js'

function definitionsOf(...lines: readonly string[]): Definitions {
  const set = new SignatureSet()
  for (const line of lines) {
    const parsed = parseLine(line)
    assert.ok(parsed.is === 'signature', `${line}: ${JSON.stringify(parsed)}`)
    assert.equal(set.add(parsed.signature), undefined)
  }
  return new Definitions('test', set)
}

const never = new AbortController().signal
const KIB = 1024

describe('a content against signatures', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  const cases = [
    { says: 'a literal anywhere', lines: ['T:literal:"needle"'], text: 'hay needle hay', expect: 'T' },
    { says: 'a literal that is not there', lines: ['T:literal:"needle"'], text: 'hay needl hay', expect: undefined },
    { says: 'a literal at the start', lines: ['T:literal:"needle":start'], text: 'needle hay', expect: 'T' },
    { says: 'not at the start', lines: ['T:literal:"needle":start'], text: ' needle', expect: undefined },
    { says: 'a literal at an offset', lines: ['T:literal:"needle":3'], text: 'haineedle', expect: 'T' },
    { says: 'not at that offset', lines: ['T:literal:"needle":3'], text: 'hayneedl', expect: undefined },
    { says: 'a literal at the end', lines: ['T:literal:"needle":end'], text: 'hay needle', expect: 'T' },
    { says: 'not at the end', lines: ['T:literal:"needle":end'], text: 'needle\n', expect: undefined },
    { says: 'shorter than a literal at the end', lines: ['T:literal:"needle":end'], text: 'dle', expect: undefined },
    {
      says: 'one of two that begin alike',
      lines: ['A:literal:"needlework":start', 'B:literal:"needles":start'],
      text: 'needles',
      expect: 'B',
    },
    { says: 'a hash of that length', lines: [`T:sha256:${sha256('hay')}:3`], text: 'hay', expect: 'T' },
    { says: 'a hash of another length', lines: [`T:sha256:${sha256('hay')}:4`], text: 'hay', expect: undefined },
    { says: 'a hash of any length', lines: [`T:sha256:${sha256('hay')}`], text: 'hay', expect: 'T' },
    { says: 'another hash', lines: [`T:sha256:${sha256('straw')}:3`], text: 'hay', expect: undefined },
    {
      says: 'the first name of a hash',
      lines: [`A:sha256:${sha256('hay')}:3`, `B:sha256:${sha256('hay')}:3`],
      text: 'hay',
      expect: 'A',
    },
    { says: 'an empty content by hash', lines: [`T:sha256:${sha256('')}:0`], text: '', expect: 'T' },
    { says: 'an empty content', lines: ['T:literal:"needle"', 'S:literal:"needle":end'], text: '', expect: undefined },
    { says: 'a part at the start of any content', lines: ['T:literal:"needle":part'], text: 'needle', expect: 'T' },
    {
      says: 'no part without a type that has parts',
      lines: ['T:literal:"needle":part'],
      text: 'x\r\n\r\nneedle',
      expect: undefined,
    },
    {
      says: 'a part of a mail',
      lines: ['T:literal:"needle":part'],
      type: 'message/rfc822',
      text: 'x: y\r\n\r\nneedle',
      expect: 'T',
    },
    {
      says: 'a part of a form',
      lines: ['T:literal:"needle":part'],
      type: 'Multipart/Form-Data; boundary=x',
      text: '--x\n\nneedle\n--x--',
      expect: 'T',
    },
    {
      says: 'no part in a line',
      lines: ['T:literal:"needle":part'],
      type: 'message/rfc822',
      text: 'a\r\nb\r\nneedle\r\n c',
      expect: undefined,
    },
    {
      says: 'the second place of a part',
      lines: ['T:literal:"needle":part'],
      type: 'message/rfc822',
      text: 'a needle\r\n\r\nneedle',
      expect: 'T',
    },
  ]
  for (const { says, lines, text, expect, type } of cases) {
    test(`${says}, however it is cut and held`, async () => {
      const definitions = definitionsOf(...lines)
      const facts = type === undefined ? {} : { type }
      for (const chunks of cuts(Buffer.from(text))) {
        assert.equal(await searchContent(definitions, inMemory(chunks, facts), never), expect)
        assert.equal(await searchContent(definitions, streamed(chunks, facts), never), expect)
      }
    })
  }

  test('a pattern is found at every position around the end of a block', async () => {
    const pattern = Buffer.from('the needle of sixty bytes, long enough to cross a border once', 'latin1')
    const several = Array.from({ length: 40 }, (_, n) => `N${n}:literal:"another needle, the ${n}th of them"`)
    const definitions = definitionsOf(`T:literal:"${pattern}"`, ...several)
    const blockBytes = 256 * KIB + Definitions.overlapBytes
    const bytes = Buffer.alloc(2 * blockBytes, 'x')
    for (let at = blockBytes - 2 * pattern.length; at < blockBytes + pattern.length; at++) {
      pattern.copy(bytes, at)
      assert.equal(await searchContent(definitions, streamed([bytes]), never), 'T', `at ${at}`)
      bytes.fill('x', at, at + pattern.length)
    }
    assert.equal(await searchContent(definitions, streamed([bytes]), never), undefined)
  })

  test('a part is recognised at every position around the end of a block', async () => {
    const needle = `${'needle'.repeat(42)}work`
    const definitions = definitionsOf(`T:literal:"${needle}":part`)
    const part = Buffer.from(`\r\n\r\n${needle}`)
    const blockBytes = 256 * KIB + Definitions.overlapBytes
    const bytes = Buffer.alloc(2 * blockBytes, 'x')
    for (let at = blockBytes - part.length - 300; at < blockBytes + 10; at++) {
      part.copy(bytes, at)
      const content = streamed([bytes], { type: 'message/rfc822' })
      assert.equal(await searchContent(definitions, content, never), 'T', `at ${at}`)
      bytes.fill('x', at, at + part.length)
    }
  })

  test('only the head is read when nothing more can count', async () => {
    const definitions = definitionsOf('T:literal:"needle":8')
    let asked = 0
    const content = {
      ...streamed([], { bytes: 10_000_000_000 }),
      async *open() {
        for (;;) {
          asked++
          yield Buffer.alloc(4)
        }
      },
    }
    assert.equal(await searchContent(definitions, content, never), undefined)
    assert.equal(asked, 4)
  })

  test('a content that ends early is an error, never clean', async () => {
    const definitions = definitionsOf('T:literal:"needle"')
    const half = { ...inMemory([Buffer.from('hay')]), bytes: 4 }
    for (const content of [half, streamed([Buffer.from('hay')], { bytes: 4 })]) {
      await assert.rejects(searchContent(definitions, content, never), {
        code: 'FSIGK_SIGNATURES_SHORT_CONTENT',
        message: /3 of 4 bytes/,
      })
    }
  })

  test('others have their turn while a long content is searched', async () => {
    let turns = 0
    let done = false
    const count = () => {
      turns++
      if (!done) setImmediate(count)
    }
    setImmediate(count)
    await searchContent(definitionsOf('T:literal:"needle"'), streamed([Buffer.alloc(16 * 1024 * KIB)]), never)
    done = true
    assert.ok(turns >= 60, `${turns} turns in 64 blocks`)
  })

  test('the signal ends a search under way, and the body is closed', async () => {
    const stop = new AbortController()
    let closed = false
    const content = {
      ...streamed([], { bytes: 1_000_000_000 }),
      async *open() {
        try {
          for (let sent = 0; ; sent++) {
            if (sent === 10) stop.abort(new Error('time is over'))
            yield Buffer.alloc(100_000)
          }
        } finally {
          closed = true
        }
      },
    }
    await assert.rejects(searchContent(definitionsOf('T:literal:"needle"'), content, stop.signal), /time is over/)
    assert.ok(closed)
  })
})

describe('a set of signatures', () => {
  test('has a limit of places', () => {
    const set = new SignatureSet()
    const add = (line: string) => {
      const parsed = parseLine(line)
      return parsed.is === 'signature' ? set.add(parsed.signature) : assert.fail()
    }
    for (let offset = 0; offset < 256; offset++) assert.equal(add(`T:literal:deadbeef:${offset}`), undefined)
    assert.match(String(add('T:literal:deadbeef:256')), /256 different places/)
    assert.equal(add('T:literal:cafecafe:255'), undefined)
    assert.equal(set.count, 257)
  })

  test('has a limit of literals', () => {
    const set = new SignatureSet()
    const literal = { kind: 'literal', threat: 'T', pattern: Buffer.from('abcd'), anchor: { at: 'anywhere' } } as const
    for (let count = 0; count < 20_000; count++) assert.equal(set.add(literal), undefined)
    assert.match(String(set.add(literal)), /at most 20000 literals/)
  })
})
