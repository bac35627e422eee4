import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRequests } from './kit.js'

const requestOf = (text: string) => readRequests([Buffer.from(text, 'latin1')])
const withFields = (fields: string) => `GET http://a/ HTTP/1.1\r\n${fields}\r\n\r\n`

/** Guide 11.6, and what RFC 9110 and 9112 add. */
const refusals: readonly { says: string; request: string; fault: string }[] = [
  { says: 'a method of 99 bytes', request: `${'M'.repeat(99)} http://a/ HTTP/1.1\r\n\r\n`, fault: 'methodTooLong' },
  { says: 'a method that has 99 bytes so far', request: 'M'.repeat(99), fault: 'methodTooLong' },
  { says: 'a control character in the method', request: 'G\x01T http://a/ HTTP/1.1\r\n\r\n', fault: 'methodCharacter' },
  { says: 'a line feed before the method', request: '\nGET http://a/ HTTP/1.1\r\n\r\n', fault: 'methodCharacter' },
  { says: 'a space before the method', request: ' GET http://a/ HTTP/1.1\r\n\r\n', fault: 'methodCharacter' },
  { says: 'TLS on the plain port', request: '\x16\x03\x01\x02\x00\x01', fault: 'methodCharacter' },
  { says: 'a method alone', request: 'GET\r\n\r\n', fault: 'urlFormat' },
  { says: 'two spaces', request: 'GET  http://a/ HTTP/1.1\r\n\r\n', fault: 'urlFormat' },
  { says: 'a URL of 2099 bytes', request: `GET ${'u'.repeat(2099)} HTTP/1.1\r\n\r\n`, fault: 'urlTooLong' },
  { says: 'a URL that has 2099 bytes so far', request: `GET ${'u'.repeat(2099)}`, fault: 'urlTooLong' },
  { says: 'a control character in the URL', request: 'GET http://a/\x01 HTTP/1.1\r\n\r\n', fault: 'urlCharacter' },
  { says: 'a NUL in the URL', request: 'GET http://a/\0 HTTP/1.1\r\n\r\n', fault: 'urlCharacter' },
  { says: 'a tab as separator', request: 'GET http://a/\tHTTP/1.1\r\n\r\n', fault: 'urlCharacter' },
  { says: '8-bit bytes in the URL', request: 'GET http://a/\xe9 HTTP/1.1\r\n\r\n', fault: 'urlCharacter' },
  { says: 'a bare CR in the URL', request: 'GET http://a/\rX HTTP/1.1\r\n\r\n', fault: 'urlCharacter' },
  { says: 'a version of 99 bytes', request: `GET http://a/ ${'v'.repeat(99)}\r\n\r\n`, fault: 'versionTooLong' },
  { says: 'a version that has 99 bytes so far', request: `GET http://a/ ${'v'.repeat(99)}`, fault: 'versionTooLong' },
  { says: 'HTTP/2.0', request: 'GET http://a/ HTTP/2.0\r\n\r\n', fault: 'version' },
  { says: 'HTTP/1.2', request: 'GET http://a/ HTTP/1.2\r\n\r\n', fault: 'version' },
  { says: 'http/1.1 in lower case', request: 'GET http://a/ http/1.1\r\n\r\n', fault: 'version' },
  { says: 'a space after the version', request: 'GET http://a/ HTTP/1.1 \r\n\r\n', fault: 'version' },
  { says: 'POST without a version', request: 'POST http://a/\r\n\r\n', fault: 'version' },
  { says: 'the preface of HTTP/2', request: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', fault: 'version' },
  { says: 'a space before the colon', request: withFields('Host : a'), fault: 'fieldSyntax' },
  { says: 'a field without a name', request: withFields(': a'), fault: 'fieldSyntax' },
  { says: 'a field without a colon', request: withFields('Host'), fault: 'fieldSyntax' },
  { says: 'a space before the first field', request: withFields(' Host: a'), fault: 'fieldSyntax' },
  { says: 'a NUL in a value', request: withFields('X: a\0b'), fault: 'fieldSyntax' },
  { says: 'a bare CR in a value', request: withFields('X: a\rb'), fault: 'fieldSyntax' },
  { says: 'DEL in a value', request: withFields('X: a\x7f'), fault: 'fieldSyntax' },
  { says: '8-bit bytes in a name', request: withFields('X\xe9: a'), fault: 'fieldSyntax' },
  { says: '65 KiB of fields', request: withFields(`X: ${'x'.repeat(66_000)}`), fault: 'fieldsTooLong' },
  {
    says: '65 KiB of fields so far',
    request: `GET http://a/ HTTP/1.1\r\nX: ${'x'.repeat(66_000)}`,
    fault: 'fieldsTooLong',
  },
  { says: 'two Hosts', request: withFields('Host: a\r\nhost: a'), fault: 'hostTwice' },
  {
    says: 'length and chunks',
    request: withFields('Content-Length: 1\r\nTransfer-Encoding: chunked'),
    fault: 'framing',
  },
  { says: 'two different lengths', request: withFields('Content-Length: 1\r\nContent-Length: 2'), fault: 'framing' },
  { says: 'two equal lengths', request: withFields('Content-Length: 1\r\nContent-Length: 1'), fault: 'framing' },
  { says: 'a list of lengths', request: withFields('Content-Length: 1, 1'), fault: 'framing' },
  { says: 'a signed length', request: withFields('Content-Length: +1'), fault: 'framing' },
  { says: 'a hexadecimal length', request: withFields('Content-Length: 0x1'), fault: 'framing' },
  { says: 'an empty length', request: withFields('Content-Length:'), fault: 'framing' },
  { says: 'a length of 16 digits', request: withFields('Content-Length: 1000000000000000'), fault: 'framing' },
  { says: 'another coding', request: withFields('Transfer-Encoding: gzip'), fault: 'framing' },
  { says: 'codings before chunked', request: withFields('Transfer-Encoding: gzip, chunked'), fault: 'framing' },
  { says: 'chunked twice', request: withFields('Transfer-Encoding: chunked, chunked'), fault: 'framing' },
  {
    says: 'two coding fields',
    request: withFields('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked'),
    fault: 'framing',
  },
  { says: 'a tab after the coding', request: withFields('Transfer-Encoding: chunked\t'), fault: 'fieldSyntax' },
  { says: 'a disguised coding', request: withFields('Transfer-Encoding: xchunked'), fault: 'framing' },
  { says: 'a quoted coding', request: withFields('Transfer-Encoding: "chunked"'), fault: 'framing' },
  { says: 'an empty coding', request: withFields('Transfer-Encoding:'), fault: 'framing' },
  {
    says: 'chunks in HTTP/1.0',
    request: 'POST http://a/ HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n',
    fault: 'framing',
  },
  { says: 'a length in HTTP/0.9', request: 'GET http://a/ HTTP/0.9\r\nContent-Length: 1\r\n\r\n', fault: 'framing' },
]

for (const { says, request, fault } of refusals) {
  test(`a request is refused for ${says}`, () => assert.equal(requestOf(request).end, fault))
}

const requests: readonly { says: string; request: string; head: string }[] = [
  {
    says: 'a method of 98 bytes',
    request: `${'M'.repeat(98)} http://a/ HTTP/1.1\r\n\r\n`,
    head: `${'M'.repeat(98)} http://a/ 1.1 none `,
  },
  { says: 'any token as method', request: 'M-SEARCH! * HTTP/1.1\r\n\r\n', head: 'M-SEARCH! * 1.1 none ' },
  {
    says: 'a URL of 2098 bytes',
    request: `GET ${'u'.repeat(2098)} HTTP/1.1\r\n\r\n`,
    head: `GET ${'u'.repeat(2098)} 1.1 none `,
  },
  { says: 'HTTP/0.9 in words', request: 'GET http://a/ HTTP/0.9\r\nA: b\r\n\r\n', head: 'GET http://a/ 0.9 none A=b' },
  { says: 'empty lines before it', request: '\r\n\r\nGET http://a/ HTTP/1.1\r\n\r\n', head: 'GET http://a/ 1.1 none ' },
  {
    says: 'white space around values',
    request: withFields('A: \t b c \t\r\nB:\r\nC:\xe9'),
    head: 'GET http://a/ 1.1 none A=b c&B=&C=\xe9',
  },
  {
    says: 'leading zeros of a length',
    request: `${withFields('Content-Length: 007')}1234567`,
    head: 'GET http://a/ 1.1 length Content-Length=007',
  },
]

for (const { says, request, head } of requests) {
  test(`a request may have ${says}`, () => {
    const { heads, end } = requestOf(request)
    assert.deepEqual(heads, [head])
    assert.equal(end, 'whole')
  })
}

test('names such as __proto__ and constructor are names like any other', () => {
  const { heads } = requestOf(withFields('__proto__: a\r\nconstructor: b\r\nHost: c'))
  assert.deepEqual(heads, ['GET http://a/ 1.1 none __proto__=a&constructor=b&Host=c'])
})
