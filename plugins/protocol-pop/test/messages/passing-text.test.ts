import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DotStuffer, DotUnstuffer } from '@fsigk/wire'
import { BareLineEnds } from '../../src/messages/bare-line-ends.js'
import { PassingText } from '../../src/messages/passing-text.js'

function pieces(wire: string, pieceBytes: number): Buffer[] {
  const whole = Buffer.from(wire, 'latin1')
  const cut: Buffer[] = []
  for (let at = 0; at < whole.length; at += pieceBytes) cut.push(whole.subarray(at, at + pieceBytes))
  return cut
}

interface Read {
  readonly sent: string
  /** Of the text. */
  readonly bytes: number
  readonly rest: string | undefined
}

/** Taken apart and put together again, as a message that was scanned. */
function takenApart(wire: string): Read {
  const unstuffer = new DotUnstuffer()
  const lineEnds = new BareLineEnds()
  const stuffer = new DotStuffer()
  const text = unstuffer.push(Buffer.from(wire, 'latin1'))
  const whole = unstuffer.ended ? lineEnds.finish.bind(lineEnds) : () => []
  const lines = [...text.flatMap((piece) => lineEnds.push(piece)), ...whole()]
  const sent = lines.flatMap((piece) => stuffer.push(piece))
  if (unstuffer.ended) sent.push(stuffer.end())
  return {
    sent: Buffer.concat(sent).toString('latin1'),
    bytes: text.reduce((sum, { length }) => sum + length, 0),
    rest: unstuffer.rest?.toString('latin1'),
  }
}

function passed(wire: string, pieceBytes: number): Read {
  const text = new PassingText()
  let sent = ''
  let rest: string | undefined
  for (const piece of pieces(wire, pieceBytes)) {
    if (rest !== undefined) rest += piece.toString('latin1')
    else {
      for (const part of text.push(piece)) sent += part.toString('latin1')
      rest = text.rest?.toString('latin1')
    }
    // The buffer is used again, as that of a socket is.
    piece.fill(0)
  }
  return { sent, bytes: text.bytes, rest }
}

/** All texts of so many of these letters. */
function* textsOf(letters: number, text = ''): Generator<string> {
  if (letters === 0) yield text
  else for (const letter of ['\r', '\n', '.', 'a']) yield* textsOf(letters - 1, text + letter)
}

describe('a text that passes as it stands on the wire', () => {
  test('is what it would be if it were taken apart and put together again', () => {
    for (let letters = 0; letters <= 6; letters++)
      for (const text of textsOf(letters))
        for (const wire of [`${text}\r\n.\r\n`, `${text}.\r\n`, text])
          for (let pieceBytes = 1; pieceBytes <= 4; pieceBytes++) {
            const says = `${JSON.stringify(wire)} in pieces of ${pieceBytes}`
            assert.deepEqual(passed(wire, pieceBytes), takenApart(wire), says)
          }
  })

  test('the same where dots are many', () => {
    const dots = 'a.'.repeat(300)
    for (const text of textsOf(5))
      for (const wire of [`${dots}${text}\r\n.\r\n+OK\r\n`, `${dots}\r\n..${text}\n.\r.\r\n.\r\n.\r\n`]) {
        const whole = takenApart(wire)
        for (const pieceBytes of [577, wire.length])
          assert.deepEqual(passed(wire, pieceBytes), whole, JSON.stringify(wire.slice(600)))
      }
  })

  test('one that begins lines with dots, properly doubled, is not copied', () => {
    const wire = Buffer.from('a\r\n..b\r\n...\r\n.\r\n+OK\r\n', 'latin1')
    const text = new PassingText()
    const [only, ...others] = text.push(wire)
    assert.equal(others.length, 0)
    assert.equal(only?.buffer, wire.buffer)
    assert.equal(only?.toString('latin1'), 'a\r\n..b\r\n...\r\n.\r\n')
    assert.equal(text.rest?.toString('latin1'), '+OK\r\n')
    assert.equal(text.bytes, 'a\r\n.b\r\n..\r\n'.length)
  })

  test('of one that breaks off, nothing leaves that could be its end', () => {
    for (const cut of ['a\r\n.', 'a\r\n.\r', 'a\n.', 'a\n.\n', 'a\r.\r'])
      for (const pieceBytes of [1, cut.length])
        assert.ok(
          !passed(cut, pieceBytes)
            .sent.split(/\r\n|\r|\n/)
            .includes('.'),
          JSON.stringify(cut),
        )
  })
})
