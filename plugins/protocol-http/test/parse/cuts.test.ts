/** Where bytes are cut must not matter: each message is read the same in one piece, in any two, and byte by byte. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { everyCut, readRequests, readResponses, type Stopped } from './kit.js'

const requests: Readonly<Record<string, { bytes: string; end: string; bodies: readonly string[] }>> = {
  'pipelined requests of every framing': {
    bytes:
      'GET http://a/ HTTP/1.1\r\nHost: a\r\nX-Empty:\r\n\r\n' +
      'POST http://a/ HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello\r\n' +
      'PUT http://a/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x="y;z"\r\nabc\r\n0A\r\n0123456789\r\n0\r\nX-T: 1\r\n\r\n' +
      'GET http://a/ HTTP/1.0\r\n\r\n',
    end: 'whole',
    bodies: ['', 'hello', 'abc0123456789', ''],
  },
  'a simple request': { bytes: 'GET http://a/b\r\n', end: 'whole', bodies: [''] },
  'a body that is cut off': {
    bytes: 'POST http://a/ HTTP/1.1\r\nContent-Length: 5\r\n\r\nhel',
    end: 'broken body',
    bodies: ['hel'],
  },
  'a bad chunk size': {
    bytes: 'POST http://a/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\nx\r\n',
    end: 'broken body',
    bodies: ['a'],
  },
  'a bare line feed after the request line': {
    bytes: 'GET http://a/ HTTP/1.1\nHost: a\n\n',
    end: 'lineEnd',
    bodies: [],
  },
  'a bare line feed after a field': {
    bytes: 'GET http://a/ HTTP/1.1\r\nHost: a\nX: y\r\n\r\n',
    end: 'lineEnd or fieldSyntax',
    bodies: [],
  },
  'a folded field': { bytes: 'GET http://a/ HTTP/1.1\r\nX: a\r\n b\r\n\r\n', end: 'fieldSyntax', bodies: [] },
}

const responses: Readonly<Record<string, { bytes: string; end: string; bodies: readonly string[] }>> = {
  'responses of every framing': {
    bytes:
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc' +
      'HTTP/1.1 304\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200 \r\nTransfer-Encoding: Chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\nT: 1\r\nU: 2\r\n\r\n' +
      'HTTP/1.0 200 OK\r\nServer: x\r\n\r\nuntil the end\r\n\r\n',
    end: 'whole',
    bodies: ['', 'abc', '', 'abc', 'until the end\r\n\r\n'],
  },
  'no response at all': { bytes: 'SSH-2.0-OpenSSH\r\n', end: 'responseSyntax', bodies: [] },
  'a bare line feed': { bytes: 'HTTP/1.1 200 OK\nA: b\n\n', end: 'responseSyntax', bodies: [] },
}

for (const [says, { bytes, end, bodies }] of Object.entries(requests)) {
  test(`cut anywhere: ${says}`, () => sameForEveryCut(Buffer.from(bytes, 'latin1'), readRequests, end, bodies))
}
for (const [says, { bytes, end, bodies }] of Object.entries(responses)) {
  test(`cut anywhere: ${says}`, () => sameForEveryCut(Buffer.from(bytes, 'latin1'), readResponses, end, bodies))
}

test('cut anywhere: a response without a head', () => {
  const bytes = Buffer.from('<html>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n')
  sameForEveryCut(bytes, (pieces) => readResponses(pieces, 'GET', true), 'whole', [bytes.toString()])
})

function sameForEveryCut(
  bytes: Buffer,
  read: (pieces: readonly Buffer[]) => Stopped,
  end: string,
  bodies: readonly string[],
): void {
  const { rest: _, ...whole } = read([bytes])
  assert.deepEqual(whole.bodies, bodies)
  const ends = end.split(' or ')
  assert.ok(ends.includes(whole.end), whole.end)
  for (const pieces of everyCut(bytes)) {
    const { end: cutEnd, rest: _, ...reading } = read(pieces)
    assert.deepEqual(
      { ...reading, end: ends.includes(cutEnd) ? whole.end : cutEnd },
      whole,
      `cut after ${pieces[0]?.length}`,
    )
  }
}
