import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LineReader } from '../src/line-reader.js'

class Lines extends LineReader {
  takeLine(): string | undefined {
    const end = this.lineFeed()
    if (end === -1) return undefined
    const line = this.bytes.toString('latin1', 0, end)
    this.consume(end + 1)
    return line
  }

  /** All that can be taken as it came. */
  taken(): readonly string[] {
    const pieces: string[] = []
    for (let bytes = this.takeBytes(); bytes !== undefined; bytes = this.takeBytes()) pieces.push(bytes.toString())
    return pieces
  }
}

function linesOf(...pieces: readonly string[]): Lines {
  const lines = new Lines()
  for (const piece of pieces) lines.push(Buffer.from(piece))
  return lines
}

describe('lines and what stands between them', () => {
  for (const { says, before, after, expect } of [
    { says: 'alone', before: ['ab'], after: [], expect: ['b'] },
    { says: 'in front of what comes later', before: ['ab'], after: ['c', 'd'], expect: ['b', 'c', 'd'] },
    { says: 'in front of what had come already', before: ['ab', 'c'], after: ['d'], expect: ['b', 'c', 'd'] },
  ])
    test(`what is given back is taken again, ${says}`, () => {
      const lines = linesOf(...before)
      const first = lines.takeBytes() ?? assert.fail()
      lines.putBack(first.subarray(1))
      for (const piece of after) lines.push(Buffer.from(piece))
      assert.equal(lines.unread, expect.length)
      assert.deepEqual(lines.taken(), expect)
      assert.equal(lines.unread, 0)
    })

  test('nothing that is given back changes nothing', () => {
    const lines = linesOf('a', 'b')
    lines.putBack(Buffer.alloc(0))
    assert.deepEqual(lines.taken(), ['a', 'b'])
  })

  test('lines and bytes in turn, in whatever pieces they come', () => {
    const text = 'one\nmessage|two\n\nthree\n'
    for (let at = 0; at <= text.length; at++) {
      const lines = linesOf(text.slice(0, at), text.slice(at))
      assert.equal(lines.takeLine(), 'one')
      let message = ''
      while (!message.includes('|')) message += (lines.takeBytes() ?? assert.fail()).toString()
      const end = message.indexOf('|') + 1
      lines.putBack(Buffer.from(message.slice(end)))
      assert.equal(message.slice(0, end), 'message|')
      assert.deepEqual(
        [lines.takeLine(), lines.takeLine(), lines.takeLine(), lines.takeLine()],
        ['two', '', 'three', undefined],
      )
    }
  })
})
