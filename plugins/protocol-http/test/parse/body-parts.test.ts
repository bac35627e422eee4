/** Parts of multipart responses as the laxest readers see them, whatever pieces they come in. Pure. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Content } from '@fsigk/plugin-api'
import { isMultipart, partsOf } from '../../src/downloads/body-parts.js'

function contentOf(text: string, pieceBytes: number): Content {
  const bytes = Buffer.from(text, 'latin1')
  return {
    bytes: bytes.length,
    name: '',
    type: '',
    memory: [bytes],
    path: undefined,
    async *open() {
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
    },
  }
}

async function partsIn(type: string, text: string, pieceBytes: number): Promise<readonly string[]> {
  const parts: string[] = []
  for await (const { name, codings, body } of partsOf(type)(
    contentOf(text, pieceBytes),
    new AbortController().signal,
  )) {
    const chunks: Buffer[] = []
    for await (const chunk of body) chunks.push(chunk)
    parts.push([name, codings.join('+'), Buffer.concat(chunks).toString('latin1')].join('|'))
  }
  return parts
}

const cases: readonly (readonly [string, string, string, readonly string[]])[] = [
  [
    'parts with fields',
    'boundary=b',
    '--b\r\nContent-Disposition: attachment; filename="a.txt"\r\nContent-Encoding: GZIP, br\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n',
    ['a.txt|gzip+br|one', '||two', '||--\r\n'],
  ],
  ['line ends of LF', 'boundary=b', '--b\nX: 1\n\none\n--b\nX: 1\n\ntwo\n--b--', ['||one', '||two', '||--']],
  ['text before them', 'boundary="b c"', 'text\r\n--b c\r\n\r\none\r\n--b c--', ['||one', '||--']],
  ['no last boundary', 'boundary=b', '--b\r\n\r\none', ['||one']],
  ['no boundary named', '', '\r\n--b\r\n\r\none\r\n--b--', ['||one', '||--']],
  ['a boundary in a line', 'boundary=b', '--b\r\n\r\nabc--b\r\n\r\ndef', ['||abc', '||def']],
  ['no fields and no empty line', 'boundary=b', '--bone', ['||one']],
  ['no parts', 'boundary=b', 'nothing', []],
]

for (const [says, parameter, text, expect] of cases)
  test(`multipart: ${says}`, async () => {
    for (const pieceBytes of [1, 2, 3, 7, 1000])
      assert.deepEqual(await partsIn(`multipart/mixed; ${parameter}`, text, pieceBytes), expect, `${pieceBytes}`)
  })

test('multipart: each of two boundaries is tried, and one with hyphens in both ways', async () => {
  assert.deepEqual(await partsIn('multipart/mixed; boundary=x; boundary=b', '--b\r\n\r\none', 9), ['||one'])
  assert.ok((await partsIn('multipart/mixed; boundary=--b', '--b\r\n\r\none\r\n--b', 9)).includes('||one'))
})

test('multipart: what is beyond the limits is a fault, and no end of the parts', async () => {
  const many = [1, 2, 3, 4, 5].map((at) => `boundary=b${at}`).join('; ')
  await assert.rejects(partsIn(`multipart/mixed; ${many}`, '--b5\r\n\r\none', 99), /more boundaries than can be meant/)
  const long = 'b'.repeat(300)
  await assert.rejects(partsIn(`multipart/mixed; boundary=${long}`, `--${long}\r\n\r\none`, 99), /a boundary of 300/)
  const fields = `X: ${'x'.repeat(20_000)}\r\n`
  await assert.rejects(partsIn('multipart/mixed; boundary=b', `--b\r\n${fields}\r\none\r\n--b--`, 999), /fields over/)
})

test('multipart: types', () => {
  for (const type of ['multipart/mixed', ' Multipart/X-Mixed-Replace; boundary=a']) assert.ok(isMultipart(type))
  for (const type of ['', 'text/html', 'application/multipart/x']) assert.ok(!isMultipart(type))
})
