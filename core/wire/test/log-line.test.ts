import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAccessLine, readMessageLine } from '@fsigk/wire'

const ACCESS =
  '1286881231.123    205 192.0.2.1 TCP_MISS/000 0 GET - - DIRECT/- - DETECT-STAT:CLEAN::: ACTION:NONE: PROXY-STAT:http:0:4321:192.0.2.1:1:0:0:: PROTOCOL-STAT:: PROXY-ERROR:: FSIGK:12:abc123:'

test('a line of access.log without a request: what is not known is empty', () => {
  const read = readAccessLine(ACCESS)
  assert.deepEqual(
    [read?.url, read?.user, read?.server, read?.contentType, read?.names, read?.details, read?.protocolStat],
    ['', '', '', '', [], [], ['']],
  )
})

test('what is no line of access.log is told', () => {
  for (const line of ['', 'x', ACCESS.slice(0, -1), `${ACCESS} x`, ACCESS.replace('TCP_MISS', 'X'), ` ${ACCESS}`])
    assert.equal(readAccessLine(line), undefined, line)
})

test('a message without a session, and one of a server that has no address', () => {
  const read = readMessageLine('1.002 [2010/10/12 20:00:31 9080 - -:-:- -:site.example:80] a [b] c')
  assert.deepEqual(read, {
    timeMs: 1002,
    port: 9080,
    slot: undefined,
    peer: { address: '', name: '', port: 0 },
    server: { address: '', name: 'site.example', port: 80 },
    message: 'a [b] c',
    revision: undefined,
    id: '',
  })
  for (const line of ['', 'x', '1.002 [x] y', '1.002 [2010/10/12 20:00:31 9080 - -:-:-] a'])
    assert.equal(readMessageLine(line), undefined, line)
})

test('a long hostile line costs no more than its length', () => {
  const begun = process.cpuUsage()
  for (const filler of [':', ' ', 'a:', '- ', 'DETECT-STAT:', '[r1 ']) {
    readAccessLine(ACCESS.slice(0, 40) + filler.repeat(50_000))
    readMessageLine(`1.002 [2010/10/12 20:00:31 9080 - -:-:- -:-:-] ${filler.repeat(50_000)}`)
    readMessageLine(`1.002 [2010/10/12 20:00:31 9080 - ${filler.repeat(50_000)}`)
  }
  const { user, system } = process.cpuUsage(begun)
  assert.ok(user + system < 2_000_000, `${user + system} µs`)
})
