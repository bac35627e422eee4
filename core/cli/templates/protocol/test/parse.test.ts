import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { Incoming } from '../src/incoming.js'
import { MAX_LINE_BYTES, parseReply, parseRequest } from '../src/parse.js'

test('a request names its server and its file', () => {
  assert.deepEqual(parseRequest('GET Example.ORG:70 a/b'), { target: { host: 'example.org', port: 70 }, name: 'a/b' })
})

for (const line of ['', 'GET', 'GET x', 'GET x:0 a', 'GET x:65536 a', 'GET x:1 a b', 'GET x:1 a\rb', 'get x:1 a'])
  test(`${JSON.stringify(line)} is no request`, () => assert.equal(parseRequest(line), undefined))

test('replies of a server', () => {
  assert.deepEqual(parseReply('OK 12'), { is: 'ok', bytes: 12 })
  assert.deepEqual(parseReply('NO such\x1bfile'), { is: 'no', reason: 'such file' })
  for (const line of ['OK', 'OK -1', 'OK 1e3', '200 OK', '']) assert.equal(parseReply(line), undefined)
})

test('lines and bodies come whole, wherever the input is cut', async () => {
  const input = Buffer.from('first\r\nsecond\n12345rest\r\n')
  for (let at = 0; at <= input.length; at += 1) {
    const socket = new PassThrough()
    const incoming = new Incoming(socket)
    socket.write(input.subarray(0, at))
    socket.end(input.subarray(at))
    assert.equal(await incoming.line(), 'first')
    assert.equal(await incoming.line(), 'second')
    assert.equal((await buffer(incoming.body(5))).toString(), '12345')
    assert.equal(await incoming.line(), 'rest')
    assert.equal(await incoming.line(), undefined)
  }
})

test('a line that does not end is refused, and a body that breaks off is an error', async () => {
  const long = new PassThrough()
  long.end('x'.repeat(MAX_LINE_BYTES + 1))
  await assert.rejects(new Incoming(long).line(), RangeError)
  const short = new PassThrough()
  short.end('123')
  await assert.rejects(buffer(new Incoming(short).body(5)), /2 bytes too early/)
})
