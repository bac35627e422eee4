import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { tnefFiles } from '../../../../src/mail/codecs/tnef/tnef-files.js'
import { WireFault } from '../../../../src/wire-fault.js'
import {
  attachedMessage,
  attachment,
  attribute,
  binary,
  fixed,
  messageProperties,
  named,
  string,
  tnef,
  unicode,
} from './make-tnef.js'

/** From MS-OXRTFCP, 4.1.1 and 4.2.1. */
const compressedRtf = Buffer.from(
  '2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0',
  'hex',
)
const rtf = '{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n'

interface Found {
  readonly names: readonly string[]
  readonly type: string
  readonly text: string
}

async function found(bytes: Buffer, pieceBytes = 65_536): Promise<{ files: readonly Found[]; fault: unknown }> {
  const files: Found[] = []
  const content = {
    async *open() {
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
    },
  }
  try {
    for await (const { names, type, body } of tnefFiles(content)) {
      const pieces: Buffer[] = []
      for await (const piece of body) pieces.push(piece)
      files.push({ names, type, text: Buffer.concat(pieces).toString('latin1') })
    }
    return { files, fault: undefined }
  } catch (fault) {
    return { files, fault }
  }
}

const inner = tnef(...attachment('INNER.EXE', 'inner file.exe', Buffer.from('inner')))
const whole = tnef(
  attribute(1, 0x00078008, Buffer.from('IPM.Microsoft Mail.Note\0')),
  attribute(1, 0x0002800c, Buffer.from('the body\0')),
  messageProperties(
    fixed(0x0e07, 1),
    named('keyword', 'x'),
    binary(0x1013, Buffer.from('<p>html')),
    binary(0x1009, compressedRtf),
  ),
  ...attachment('LONGNA~1.TXT', 'long näme.txt', Buffer.from('first')),
  ...attachedMessage('A message', inner),
  ...attachment('second', 'second.bin', Buffer.from('2nd')),
)
const expected: readonly Found[] = [
  { names: [], type: 'text/plain', text: 'the body\0' },
  { names: [], type: 'text/html', text: '<p>html' },
  { names: [], type: 'text/rtf', text: rtf },
  { names: ['LONGNA~1.TXT', 'long näme.txt'], type: 'text/x-made', text: 'first' },
  { names: ['INNER.EXE', 'inner file.exe'], type: 'text/x-made', text: 'inner' },
  { names: ['second', 'second.bin'], type: 'text/x-made', text: '2nd' },
]

describe('TNEF:', () => {
  test('bodies, attachments with all their names, and those of messages inside, whatever pieces it comes in', async () => {
    for (const pieceBytes of [1, 2, 3, 7, 100, 65_536])
      assert.deepEqual(await found(whole, pieceBytes), { files: expected, fault: undefined })
  })

  test('an attachment among the properties', async () => {
    const bytes = tnef(
      attribute(2, 0x00069002, Buffer.alloc(14)),
      attribute(
        2,
        0x00069005,
        Buffer.concat([Buffer.from([2, 0, 0, 0]), string(0x3704, 'a.doc'), binary(0x3701, Buffer.from('data'))]),
      ),
    )
    assert.deepEqual((await found(bytes)).files, [{ names: ['a.doc'], type: 'application/octet-stream', text: 'data' }])
  })

  test('cut off anywhere, it gives what came, and that it is malformed where something is missing', async () => {
    for (let bytes = 0; bytes < whole.length; bytes += 2) {
      const { files, fault } = await found(whole.subarray(0, bytes))
      assert.ok(fault === undefined || fault instanceof WireFault, `cut at ${bytes}: ${fault}`)
      for (const [at, file] of files.entries()) assert.ok(expected[at]?.text.startsWith(file.text), `cut at ${bytes}`)
      if (fault === undefined)
        assert.ok(
          files.every((file, at) => file.text === expected[at]?.text),
          `cut at ${bytes}`,
        )
    }
  })

  test('with any byte changed, it is read or malformed, and soon', async () => {
    for (let at = 0; at < whole.length; at += 3)
      for (const value of [0x00, 0x7f, 0xff]) {
        const bytes = Buffer.from(whole)
        bytes[at] = value
        const { fault } = await found(bytes)
        assert.ok(fault === undefined || fault instanceof WireFault, `byte ${at}: ${fault}`)
      }
  })

  test('messages in messages have a limit', async () => {
    let bytes = inner
    for (let depth = 0; depth < 12; depth++) bytes = tnef(...attachedMessage('deeper', bytes))
    assert.match(String((await found(bytes)).fault), /deep in one another/)
  })

  test('text in 16 bits and in 8', async () => {
    const names = [unicode(0x3707, 'ü.txt'), string(0x3704, 'ü.txt')]
    for (const name of names) {
      const bytes = tnef(
        attribute(2, 0x00069002, Buffer.alloc(14)),
        attribute(2, 0x00069005, Buffer.concat([Buffer.from([2, 0, 0, 0]), name, binary(0x3701, Buffer.from('x'))])),
      )
      assert.deepEqual((await found(bytes)).files[0]?.names, ['ü.txt'])
    }
  })
})
