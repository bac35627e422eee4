import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ChunkedDecoder } from '../../src/message/chunked.js'

function decode(text: string) {
  const decoder = new ChunkedDecoder()
  const data = decoder.decode(Buffer.from(text, 'latin1'))
  const { state, consumed, trailers } = decoder
  return { data: data?.toString('latin1') ?? '', state, consumed, trailers }
}

const broken: Readonly<Record<string, string>> = {
  'no size': '\r\n',
  'an extension without a size': ';a=b\r\n',
  'a signed size': '+1\r\na\r\n',
  'a size with 0x': '0x1\r\na\r\n',
  'a space before the size': ' 1\r\na\r\n',
  'a space after the size': '1 \r\na\r\n',
  'a space before the extension': '1 ;a\r\na\r\n',
  'a size of 14 digits': '00000000000001\r\na\r\n',
  'a bare line feed after the size': '1\na\r\n',
  'a bare CR after the size': '1\rx',
  'a bare line feed after the data': '1\r\na\n',
  'more data than its size': '1\r\nab\r\n',
  'a control character in an extension': '1;a=\x01\r\na\r\n',
  'an extension without a name': '1;\r\na\r\n',
  'an extension with an empty value': '1;a=\r\na\r\n',
  'a space in an extension': '1; a\r\na\r\n',
  'bytes after a quoted value': '1;a="b"c\r\na\r\n',
  'a quoted value without an end': '1;a="b\r\na\r\n',
  'a line feed in an extension': '1;a=\n\r\na\r\n',
  'extensions without an end': `1;${'x'.repeat(16_385)}`,
  'extensions without an end over many chunks': `1;${'x'.repeat(9000)}\r\na\r\n1;${'x'.repeat(9000)}`,
  'trailers without an end': `0\r\nA: ${'x'.repeat(16_385)}`,
  'a trailer with a space before its colon': '0\r\nA : b\r\n\r\n',
  'a folded trailer': '0\r\nA: b\r\n c\r\n\r\n',
  'a NUL in a trailer': '0\r\nA: \0\r\n\r\n',
}

for (const [says, text] of Object.entries(broken)) {
  test(`a chunked body is broken by ${says}`, () => assert.equal(decode(text).state, 'broken'))
}

test('what follows the body is left where it is', () => {
  const text = '5\r\nhello\r\n0\r\n\r\n'
  assert.deepEqual(
    { ...decode(`${text}GET`), trailers: 0 },
    { data: 'hello', state: 'ended', consumed: text.length, trailers: 0 },
  )
})

test('data of many chunks in one piece comes out in one piece', () => {
  const chunks = Array.from({ length: 1000 }, (_, at) => `1\r\n${at % 10}\r\n`).join('')
  const { data, state } = decode(`${chunks}0\r\n\r\n`)
  assert.equal(data, '0123456789'.repeat(100))
  assert.equal(state, 'ended')
})

test('extensions are read past, quoted ones too', () => {
  assert.equal(decode('1;a;b=c;d="e\\";\t f"\r\nx\r\n0;y\r\n\r\n').data, 'x')
})

test('trailer fields are read like header fields', () => {
  const { trailers, state } = decode('0\r\nA: 1\r\nB:2 \r\n\r\n')
  assert.equal(state, 'ended')
  assert.deepEqual(
    [trailers.spelled, trailers.values],
    [
      ['A', 'B'],
      ['1', '2'],
    ],
  )
})
