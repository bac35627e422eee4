import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readResponses } from './kit.js'

const responseOf = (text: string, method = 'GET') => readResponses([Buffer.from(text, 'latin1')], method)

const refusals: readonly { says: string; response: string; fault: string }[] = [
  { says: 'HTTP/2.0', response: 'HTTP/2.0 200 OK\r\n\r\n', fault: 'responseSyntax' },
  { says: 'two digits of version', response: 'HTTP/1.10 200 OK\r\n\r\n', fault: 'responseSyntax' },
  { says: 'two spaces before the status', response: 'HTTP/1.1  200 OK\r\n\r\n', fault: 'responseSyntax' },
  { says: 'two digits of status', response: 'HTTP/1.1 20 OK\r\n\r\n', fault: 'responseSyntax' },
  { says: 'four digits of status', response: 'HTTP/1.1 2000 OK\r\n\r\n', fault: 'responseSyntax' },
  { says: 'status 099', response: 'HTTP/1.1 099 OK\r\n\r\n', fault: 'responseSyntax' },
  { says: 'a control character in the reason', response: 'HTTP/1.1 200 O\x01\r\n\r\n', fault: 'responseSyntax' },
  { says: 'a tab after the status', response: 'HTTP/1.1 200\tOK\r\n\r\n', fault: 'responseSyntax' },
  { says: 'a space before the colon', response: 'HTTP/1.1 200 OK\r\nA : b\r\n\r\n', fault: 'responseSyntax' },
  { says: 'a folded field', response: 'HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n', fault: 'responseSyntax' },
  { says: 'a bare CR', response: 'HTTP/1.1 200 OK\r\nA: b\rSet-Cookie: c\r\n\r\n', fault: 'responseSyntax' },
  { says: '10,241 bytes of head', response: `HTTP/1.1 200 OK\r\nA: ${'b'.repeat(10_241)}`, fault: 'responseTooLarge' },
  {
    says: 'length and chunks',
    response: 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    fault: 'responseFraming',
  },
  {
    says: 'two lengths',
    response: 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n',
    fault: 'responseFraming',
  },
  { says: 'a negative length', response: 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n', fault: 'responseFraming' },
  {
    says: 'another coding',
    response: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n',
    fault: 'responseFraming',
  },
  {
    says: 'identity as coding',
    response: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n',
    fault: 'responseFraming',
  },
  {
    says: 'chunks in HTTP/1.0',
    response: 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    fault: 'responseFraming',
  },
]

for (const { says, response, fault } of refusals) {
  test(`a response is refused for ${says}`, () => assert.equal(responseOf(response).end, fault))
}

for (const status of [100, 103, 199, 204]) {
  test(`a response is refused for chunks in a ${status}`, () => {
    assert.equal(responseOf(`HTTP/1.1 ${status} X\r\nTransfer-Encoding: chunked\r\n\r\n`).end, 'responseFraming')
  })
}

test('an interim response is refused for announcing a body', () => {
  assert.equal(responseOf('HTTP/1.1 103 X\r\nContent-Length: 5\r\n\r\n').end, 'responseFraming')
})

test('a 205 is refused unless it says that it has no body', () => {
  assert.equal(responseOf('HTTP/1.1 205 X\r\nContent-Length: 0\r\n\r\n').end, 'whole')
  for (const fields of ['Content-Length: 5\r\n', 'Transfer-Encoding: chunked\r\n', ''])
    assert.equal(responseOf(`HTTP/1.1 205 X\r\n${fields}\r\nhello`).end, 'responseFraming')
})

test('a reason may be empty, left out, or 8-bit', () => {
  for (const line of ['HTTP/1.1 200 ', 'HTTP/1.1 200', 'HTTP/1.1 200 d\xe9j\xe0']) {
    assert.equal(responseOf(`${line}\r\nContent-Length: 0\r\n\r\n`).end, 'whole')
  }
})

test('responses to HEAD, and 204 and 304, have no body whatever they say', () => {
  assert.deepEqual(responseOf('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', 'HEAD').bodies, [''])
  for (const status of [204, 304]) {
    assert.deepEqual(responseOf(`HTTP/1.1 ${status} X\r\nContent-Length: 5\r\n\r\n`).end, 'whole')
  }
})

test('a body with a length is not whole when the connection ends before', () => {
  assert.equal(responseOf('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcd').end, 'broken body')
  assert.equal(responseOf('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n').end, 'broken body')
})
