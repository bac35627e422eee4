import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { boundariesOf, MultipartReader, readPartHeader } from '../src/index.js'

interface Read {
  readonly parts: readonly { readonly header: string; readonly data: string }[]
  /** What it threw. */
  readonly fault?: string
}

/** Reads a body that comes in these pieces. */
function read(pieces: readonly string[], boundary = 'b'): Read {
  const parts: { header: string; data: string; ended: boolean }[] = []
  const reader = new MultipartReader(boundary)
  try {
    for (const piece of [...pieces, undefined]) {
      const events = piece === undefined ? reader.end() : reader.push(Buffer.from(piece, 'latin1'))
      for (const event of events) {
        const part = parts.at(-1)
        if (event.is === 'part') parts.push({ header: event.header, data: '', ended: false })
        else if (part === undefined || part.ended) assert.fail(`${event.is} outside of a part`)
        else if (event.is === 'data') part.data += event.bytes.toString('latin1')
        else part.ended = true
      }
    }
  } catch (error) {
    return { parts: parts.map(withoutEnd), fault: (error as Error).message }
  }
  assert.ok(
    parts.every(({ ended }) => ended),
    'every part ends',
  )
  return { parts: parts.map(withoutEnd) }
}

function withoutEnd({ header, data }: { header: string; data: string }) {
  return { header, data }
}

const bodies: readonly { readonly says: string; readonly body: string; readonly expect: Read }[] = [
  { says: 'nothing', body: '', expect: { parts: [] } },
  { says: 'no boundary at all', body: 'a body of another kind\r\n--c\r\n', expect: { parts: [] } },
  { says: 'an empty form', body: '--b--\r\n', expect: { parts: [] } },
  {
    says: 'two parts, as browsers send them',
    body: '--b\r\nA: 1\r\nB: 2\r\n\r\none\r\n--b\r\nC: 3\r\n\r\ntwo\r\nlines\r\n\r\n--b--\r\n',
    expect: {
      parts: [
        { header: 'A: 1\r\nB: 2\r\n', data: 'one' },
        { header: 'C: 3\r\n', data: 'two\r\nlines\r\n' },
      ],
    },
  },
  {
    says: 'LF throughout',
    body: '--b\nA: 1\n\none\r\n\n--b--\n',
    expect: { parts: [{ header: 'A: 1\n', data: 'one\r\n' }] },
  },
  {
    says: 'a preamble, white space behind a boundary, an epilogue',
    body: 'before\r\n--b \t\r\n\r\none\r\n--b--  after\r\nall',
    expect: { parts: [{ header: '', data: 'one' }] },
  },
  {
    says: 'an empty part',
    body: '--b\r\nA: 1\r\n\r\n\r\n--b--',
    expect: { parts: [{ header: 'A: 1\r\n', data: '' }] },
  },
  {
    says: 'a part behind the last boundary, which some readers find',
    body: '--b--\r\n--b\r\n\r\nhidden\r\n--b--',
    expect: { parts: [{ header: '', data: 'hidden' }] },
  },
  {
    says: 'no last boundary',
    body: '--b\r\nA: 1\r\n\r\none\r\n',
    expect: { parts: [{ header: 'A: 1\r\n', data: 'one\r\n' }] },
  },
  {
    says: 'an end in the middle of a boundary',
    body: '--b\r\nA: 1\r\n\r\none\r\n--b',
    expect: { parts: [{ header: 'A: 1\r\n', data: 'one' }] },
  },
  { says: 'a header without its end', body: '--b\r\nMZ\r\n', expect: { parts: [{ header: '', data: 'MZ\r\n' }] } },
  {
    says: 'dashes that are no boundary',
    body: '--b\r\n\r\n--\r\n--a\r\n-b\r\n--b--',
    expect: { parts: [{ header: '', data: '--\r\n--a\r\n-b' }] },
  },
  {
    says: 'a boundary inside a line',
    body: 'x--b\r\n',
    expect: { parts: [], fault: 'a boundary that does not begin its line' },
  },
  {
    says: 'a boundary with more behind it',
    body: '--bc\r\n',
    expect: { parts: [], fault: 'a boundary with something behind it' },
  },
  {
    says: 'a boundary after another line end than the others',
    body: '--b\r\n\r\none\n--b\r\n\r\ntwo\r\n--b--',
    expect: { parts: [{ header: '', data: '' }], fault: 'a boundary after LF among others after CR LF' },
  },
  {
    says: 'a boundary right behind a header',
    body: '--b\r\nA: 1\r\n\r\n--b--',
    expect: { parts: [{ header: 'A: 1\r\n', data: '' }], fault: 'a boundary that does not begin its line' },
  },
  {
    says: 'a boundary inside a header',
    body: '--b\r\nA: 1\r\n--b\r\nB: 2\r\n\r\ntwo\r\n--b--',
    expect: { parts: [], fault: 'a boundary inside the header of a part' },
  },
  {
    says: 'a header that is too long',
    body: `--b\r\n${'A: 1\r\n'.repeat(5000)}`,
    expect: { parts: [], fault: 'a part with a header over 16384 bytes' },
  },
]

describe('a multipart body with', () => {
  for (const { says, body, expect } of bodies)
    test(`${says}, whatever pieces it comes in`, () => {
      for (let at = 0; at <= Math.min(body.length, 200); at++) {
        const seen = read([body.slice(0, at), body.slice(at)])
        assert.equal(seen.fault, expect.fault, `cut at ${at}`)
        if (expect.fault === undefined) assert.deepEqual(seen, expect, `cut at ${at}`)
      }
      if (body.length < 1000 && expect.fault === undefined) assert.deepEqual(read([...body]), expect, 'byte by byte')
    })

  test('random lines and boundaries reads the same, wherever it is cut', () => {
    const words = [
      '--b',
      '--b--',
      '--b\r\n',
      '\r\n',
      '\n',
      '\r',
      '-',
      '--',
      ' ',
      'A: 1\r\n',
      'x',
      '\r\n--b\r\n\r\n',
      '\r\n--b',
    ]
    let seed = 20_250_101
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff
      return (seed >> 8) % below
    }
    for (let round = 0; round < 3000; round++) {
      const body = ['--b\r\n', ...Array.from({ length: random(14) }, () => words[random(words.length)] ?? '')].join('')
      const whole = read([body])
      const pieces: string[] = []
      for (let at = 0; at < body.length; ) {
        const bytes = 1 + random(6)
        pieces.push(body.slice(at, at + bytes))
        at += bytes
      }
      const cut = read(pieces)
      assert.equal(cut.fault, whole.fault, JSON.stringify(pieces))
      if (whole.fault === undefined) assert.deepEqual(cut, whole, JSON.stringify(pieces))
    }
  })

  test('a megabyte in one part keeps no more of it than a boundary may be', () => {
    const reader = new MultipartReader('b'.repeat(70))
    let bytes = 0
    for (const chunk of [`--${'b'.repeat(70)}\r\n\r\n`, ...Array.from({ length: 1000 }, () => 'x'.repeat(1000))])
      for (const event of reader.push(Buffer.from(chunk))) if (event.is === 'data') bytes += event.bytes.length
    assert.ok(bytes > 999_900, `${bytes} bytes given`)
  })

  test('a boundary that is empty or too long is refused', () => {
    assert.throws(() => new MultipartReader(''), /a boundary of 0 bytes/)
    assert.throws(() => new MultipartReader('b'.repeat(71)), /a boundary of 71 bytes/)
  })
})

const types: readonly { readonly type: string; readonly expect: readonly string[] | RegExp }[] = [
  { type: 'multipart/form-data; boundary=----WebKitFormBoundaryx', expect: ['----WebKitFormBoundaryx'] },
  { type: 'multipart/form-data; boundary="a b"', expect: ['a b'] },
  { type: 'multipart/form-data; Boundary = x ', expect: ['x'] },
  { type: 'multipart/form-data; boundary=a; boundary=b', expect: ['a', 'b'] },
  { type: 'multipart/form-data; boundary=a, text/plain', expect: ['a, text/plain', 'a'] },
  { type: 'multipart/form-data; boundary=a b', expect: ['a b', 'a'] },
  { type: 'multipart/form-data; boundary="a\\"b"', expect: ['a"b', 'a\\'] },
  { type: 'multipart/form-data; boundary="a', expect: ['a'] },
  { type: 'multipart/form-data; x="boundary=a"; boundary=b', expect: ['a"', 'b'] },
  { type: "multipart/form-data; boundary*=utf-8''%61b", expect: ["utf-8''%61b", "utf-8''ab", 'ab'] },
  { type: 'multipart/form-data; boundary*0*=""; boundary*1*=%61b', expect: ['%61b', 'ab'] },
  { type: 'multipart/form-data', expect: /without a boundary/ },
  { type: 'multipart/form-data; boundary=', expect: /without a boundary/ },
  { type: `multipart/form-data; boundary=a${' '.repeat(3000)}`, expect: /Content-Type of 3031 bytes/ },
  {
    type: `multipart/form-data${Array.from({ length: 20 }, (_, at) => `; boundary=b${at}`).join('')}`,
    expect: /more boundaries than can be meant/,
  },
]

describe('the boundaries of a Content-Type', () => {
  for (const { type, expect } of types)
    test(type.slice(0, 80), () => {
      if (expect instanceof RegExp) assert.throws(() => boundariesOf(type), expect)
      else assert.deepEqual(boundariesOf(type), expect)
    })
})

test('the header of a part: names in any case, folded lines, a name twice, lines that are none', () => {
  const header = readPartHeader(
    'Content-Disposition: form-data;\r\n\tname="a"\r\nCONTENT-type : x\nno field\nContent-Type:y\n',
  )
  assert.deepEqual(
    [...header],
    [
      ['content-disposition', ['form-data; name="a"']],
      ['content-type', ['x', 'y']],
    ],
  )
})
