import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DotStuffer } from '@fsigk/wire'
import { BareLineEnds } from '../../src/messages/bare-line-ends.js'
import { beginningOf } from '../../src/messages/beginning.js'

function pieces(text: string, pieceBytes: number): Buffer[] {
  const whole = Buffer.from(text, 'latin1')
  const cut: Buffer[] = []
  for (let at = 0; at < whole.length; at += pieceBytes) cut.push(whole.subarray(at, at + pieceBytes))
  return cut
}

function overTheWire(text: string, pieceBytes: number): string {
  const lineEnds = new BareLineEnds()
  const stuffer = new DotStuffer()
  const sent: Buffer[] = []
  const stuff = (chunks: readonly Buffer[]) => {
    for (const chunk of chunks) sent.push(...stuffer.push(chunk))
  }
  for (const piece of pieces(text, pieceBytes)) stuff(lineEnds.push(piece))
  stuff(lineEnds.finish())
  return Buffer.concat([...sent, stuffer.end()]).toString('latin1')
}

const sent: readonly (readonly [text: string, wire: string])[] = [
  ['', '.\r\n'],
  ['a\r\n', 'a\r\n.\r\n'],
  ['.\r\n..\r\n', '..\r\n...\r\n.\r\n'],
  ['a\nb\rc\r\n', 'a\nb\rc\r\n.\r\n'],
  ['a\n.\nb\r\n', 'a\r\n..\nb\r\n.\r\n'],
  ['a\n.\r\nb\r\n', 'a\r\n..\r\nb\r\n.\r\n'],
  ['a\r.\r\nb\r\n', 'a\r\n..\r\nb\r\n.\r\n'],
  ['a\r\r\n.\r\n', 'a\r\r\n..\r\n.\r\n'],
  ['a\n\n.\n.\r\n', 'a\n\r\n..\r\n..\r\n.\r\n'],
  ['\n.b\r\n', '\r\n..b\r\n.\r\n'],
  ['a\n', 'a\n\r\n.\r\n'],
  ['a\r', 'a\r\r\n.\r\n'],
  ['a\0.\r\n', 'a\0.\r\n.\r\n'],
  [`x${'.'.repeat(300)}\n.y\r\n.z\r.\r\n`, `x${'.'.repeat(300)}\r\n..y\r\n..z\r\n..\r\n.\r\n`],
]

describe('a message on its way to the client, cut at every position', () => {
  for (const [text, wire] of sent)
    test(JSON.stringify(text.slice(-40)), () => {
      for (let pieceBytes = 1; pieceBytes <= Math.max(1, text.length); pieceBytes++)
        assert.equal(overTheWire(text, pieceBytes), wire, `in pieces of ${pieceBytes}`)
    })

  test('no reader finds its end in the middle, wherever he ends lines', () => {
    for (const [text] of sent) {
      const lines = overTheWire(text, 3).split(/\r\n|\r|\n/)
      assert.equal(lines.indexOf('.'), lines.length - 2, JSON.stringify(text))
    }
  })
})

const MESSAGE = 'A: 1\r\nB: 2\r\n\r\none\r\n\r\nthree\r\n'
const beginnings: readonly (readonly [lines: number, shown: string])[] = [
  [0, 'A: 1\r\nB: 2\r\n\r\n'],
  [1, 'A: 1\r\nB: 2\r\n\r\none\r\n'],
  [2, 'A: 1\r\nB: 2\r\n\r\none\r\n\r\n'],
  [3, MESSAGE],
  [99_999, MESSAGE],
]

async function beginning(text: string, lines: number, pieceBytes: number): Promise<string> {
  const shown: Buffer[] = []
  for await (const piece of beginningOf(pieces(text, pieceBytes), lines)) shown.push(piece)
  return Buffer.concat(shown).toString('latin1')
}

test('TOP shows the header and so many lines of the body, cut at every position [POP-05]', async () => {
  for (const [lines, shown] of beginnings)
    for (let pieceBytes = 1; pieceBytes <= MESSAGE.length; pieceBytes++) {
      assert.equal(await beginning(MESSAGE, lines, pieceBytes), shown, `${lines} lines, in pieces of ${pieceBytes}`)
      const bare = (text: string) => text.replaceAll('\r', '')
      assert.equal(await beginning(bare(MESSAGE), lines, pieceBytes), bare(shown), `${lines} lines without CR`)
    }
  assert.equal(await beginning('\r\none\r\ntwo\r\n', 1, 2), '\r\none\r\n')
  assert.equal(await beginning('A: 1\r\n', 0, 2), 'A: 1\r\n')
})
