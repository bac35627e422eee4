import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DotStuffer, DotUnstuffer, type LineEndMode, LineEnds } from '../src/index.js'

/** What is read of a text that comes in these pieces, after `\r\n`. */
function read(pieces: readonly string[], mode: LineEndMode = 'kept') {
  const lineEnds = new LineEnds(mode)
  const unstuffer = new DotUnstuffer(lineEnds)
  let text = ''
  let rest = ''
  for (const piece of pieces) {
    const bytes = Buffer.from(piece, 'latin1')
    if (unstuffer.ended) {
      rest += piece
      continue
    }
    for (const part of unstuffer.push(bytes)) text += part.toString('latin1')
    rest += unstuffer.rest?.toString('latin1') ?? ''
  }
  const { bareCr, bareLf, nul } = lineEnds
  return { text, rest, ended: unstuffer.ended, strange: [bareCr && 'CR', bareLf && 'LF', nul && 'NUL'].filter(Boolean) }
}

/** The text whole, byte by byte, and cut in two and in three at every position. */
function* cuts(text: string): Generator<readonly string[]> {
  yield [text]
  yield [...text]
  for (let first = 0; first <= text.length; first++) {
    yield [text.slice(0, first), text.slice(first)]
    for (let second = first; second <= text.length; second++) {
      yield [text.slice(0, first), text.slice(first, second), text.slice(second)]
    }
  }
}

const texts: readonly {
  readonly says: string
  readonly wire: string
  readonly text: string
  readonly rest?: string
  readonly strange?: readonly string[]
  /** What becomes of it under `normalised`, when that is not the text. */
  readonly normalised?: string
}[] = [
  { says: 'an empty text', wire: '.\r\n', text: '' },
  { says: 'an empty line', wire: '\r\n.\r\n', text: '\r\n' },
  { says: 'lines', wire: 'a\r\nb\r\n.\r\n', text: 'a\r\nb\r\n' },
  { says: 'a line that begins with a dot', wire: '..a\r\n...\r\n..\r\n.\r\n', text: '.a\r\n..\r\n.\r\n' },
  { says: 'a dot that nobody doubled', wire: '.a\r\n.b\r\n.\r\n', text: 'a\r\nb\r\n' },
  { says: 'dots inside of lines', wire: 'a.\r\nb..c\r\n.\r\n', text: 'a.\r\nb..c\r\n' },
  { says: 'the next command', wire: 'a\r\n.\r\nRSET\r\n.\r\n', text: 'a\r\n', rest: 'RSET\r\n.\r\n' },
  {
    says: 'LF dot LF',
    wire: 'a\n.\nb\r\n.\r\n',
    text: 'a\n.\nb\r\n',
    strange: ['LF'],
    normalised: 'a\r\n.\r\nb\r\n',
  },
  {
    says: 'LF dot CRLF',
    wire: 'a\n.\r\nMAIL FROM:<>\r\n.\r\n',
    text: 'a\n.\r\nMAIL FROM:<>\r\n',
    strange: ['LF'],
    normalised: 'a\r\n.\r\nMAIL FROM:<>\r\n',
  },
  {
    says: 'CRLF dot LF',
    wire: 'a\r\n.\nb\r\n.\r\n',
    text: 'a\r\n\nb\r\n',
    strange: ['LF'],
    normalised: 'a\r\n\r\nb\r\n',
  },
  {
    says: 'CRLF dot CR',
    wire: 'a\r\n.\rb\r\n.\r\n',
    text: 'a\r\n\rb\r\n',
    strange: ['CR'],
    normalised: 'a\r\n\r\nb\r\n',
  },
  {
    says: 'CRLF dot CR CRLF',
    wire: 'a\r\n.\r\r\n.\r\n',
    text: 'a\r\n\r\r\n',
    strange: ['CR'],
    normalised: 'a\r\n\r\n\r\n',
  },
  { says: 'CR dot CR', wire: 'a\r.\r\r\n.\r\n', text: 'a\r.\r\r\n', strange: ['CR'], normalised: 'a\r\n.\r\n\r\n' },
  { says: 'CR by itself', wire: 'a\rb\r\n.\r\n', text: 'a\rb\r\n', strange: ['CR'], normalised: 'a\r\nb\r\n' },
  { says: 'LF CR', wire: 'a\n\rb\r\n.\r\n', text: 'a\n\rb\r\n', strange: ['CR', 'LF'], normalised: 'a\r\n\r\nb\r\n' },
  {
    says: 'NUL',
    wire: 'a\0b\r\n\0.\r\0\n.\r\n.\r\n',
    text: 'a\0b\r\n\0.\r\0\n.\r\n',
    strange: ['CR', 'LF', 'NUL'],
    normalised: 'ab\r\n.\r\n.\r\n',
  },
]

describe('dots and line ends of DATA and of POP', () => {
  for (const { says, wire, text, rest = '', strange = [], normalised } of texts) {
    test(`[SMTP-26] ${says} is read the same however it is cut`, () => {
      for (const pieces of cuts(wire)) {
        assert.deepEqual(read(pieces), { text, rest, ended: true, strange }, JSON.stringify(pieces))
      }
    })

    test(`[SMTP-26] ${says} is normalised the same however it is cut`, () => {
      for (const pieces of cuts(wire)) {
        assert.equal(read(pieces, 'normalised').text, normalised ?? text, JSON.stringify(pieces))
      }
    })

    test(`[SMTP-26] ${says} comes out as it went in`, () => {
      for (const pieces of cuts(normalised ?? text)) {
        const chunks = pieces.map((piece) => Buffer.from(piece, 'latin1'))
        let stuffed = ''
        const stuffer = new DotStuffer()
        for (const chunk of [...chunks.flatMap((each) => stuffer.push(each)), stuffer.end()])
          stuffed += chunk.toString('latin1')
        assert.deepEqual(read([stuffed]), { text: normalised ?? text, rest: '', ended: true, strange: [] })
        assert.equal(stuffed.lastIndexOf('\r\n.\r\n'), stuffed.indexOf('\r\n.\r\n'), 'only one end')
      }
    })
  }

  test('[SMTP-26] a text without its end is not ended, wherever it is cut off', () => {
    const wire = 'a\r\n..b\r\n.c\r\n.\r\n'
    for (let length = 0; length < wire.length; length++) {
      assert.equal(read([wire.slice(0, length)]).ended, false, `${length} bytes`)
    }
  })

  test('a last line without CRLF gets one before the dot', () => {
    const stuffer = new DotStuffer()
    assert.equal(Buffer.concat(stuffer.push(Buffer.from('a'))).toString(), 'a')
    assert.equal(stuffer.end().toString(), '\r\n.\r\n')
  })

  test('a CR before the end of the text is seen', () => {
    const lineEnds = new LineEnds('normalised')
    const text = [...lineEnds.push(Buffer.from('a\r')), ...lineEnds.finish()]
    assert.equal(Buffer.concat(text).toString(), 'a\r\n')
    assert.ok(lineEnds.bareCr)
  })

  test('lines with dots in any number come in few pieces, and none is lost', () => {
    const wire = Buffer.from('..\r\n'.repeat(10_000))
    const text = new DotUnstuffer(new LineEnds('kept')).push(wire)
    assert.ok(text.length < 100)
    assert.ok(Buffer.concat(text).equals(Buffer.from('.\r\n'.repeat(10_000))))
    const stuffed = new DotStuffer().push(Buffer.concat(text))
    assert.ok(stuffed.length < 100)
    assert.ok(Buffer.concat(stuffed).equals(wire))
  })

  test('nothing is copied', () => {
    const chunk = Buffer.from('a\r\n..b\r\n.\r\n')
    for (const piece of new DotUnstuffer(new LineEnds('normalised')).push(chunk)) {
      assert.equal(piece.buffer, chunk.buffer)
    }
  })
})
