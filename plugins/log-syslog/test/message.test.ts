import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type LogName, syslogMessage } from '../src/message.js'
import type { SyslogSettings } from '../src/settings.js'
import { sample } from './sample.js'

const ACCESS =
  '1286881231.123    205 192.0.2.1 TCP_MISS/200 1234 GET http://site.example/a - DIRECT/192.0.2.2 text/html DETECT-STAT:INFECTED:x:a:: ACTION:DELETE: PROXY-STAT:http:0:4321:192.0.2.1:1:1:3:: PROTOCOL-STAT:KEEPALIVE:: PROXY-ERROR:: FSIGK:12:abc123:'
const ERROR =
  '1286881231.123 [2010/10/12 20:00:31 9080 0 192.0.2.1:pc.example:50123 -:-:-] ###ERROR### get_response_header: Too Large Header [r12 abc123]'

function message(log: LogName, line: string, settings: Partial<SyslogSettings> = {}, local = false): string {
  return syslogMessage(log, 'http', line, { ...sample, ...settings }, 0, local).toString('latin1')
}

describe('a syslog message', () => {
  test('RFC 5424: time and process of the line, and what a filter asks for as structured data', () => {
    assert.equal(
      message('detect', ACCESS),
      `<140>1 2010-10-12T11:00:31.123Z gate.example fsigk 4321 detect [fsigk@32473 service="http" revision="12" id="abc123" result="INFECTED" action="DELETE"] ${ACCESS}`,
    )
    assert.equal(
      message('error', ERROR),
      `<147>1 2010-10-12T11:00:31.123Z gate.example fsigk - error [fsigk@32473 service="http" revision="12" id="abc123"] ${ERROR}`,
    )
  })

  test('a line that is none of ours has the time of now, and no revision', () => {
    assert.equal(
      message('access', 'anything'),
      '<134>1 1970-01-01T00:00:00.000Z gate.example fsigk - access [fsigk@32473 service="http"] anything',
    )
  })

  test('facility and severity are those of the log', () => {
    const settings = { info_facility: 'daemon', info_severity: 'notice' } as const
    assert.match(message('info', 'x', settings), /^<29>1 /)
    assert.match(message('info', 'x', { info_facility: 'kern', info_severity: 'emerg' }), /^<0>1 /)
    assert.match(message('info', 'x', { info_facility: 'local7', info_severity: 'debug' }), /^<191>1 /)
  })

  test('RFC 3164, and the form of the local socket, which names no host', () => {
    const at = new Date(1286881231123)
    const two = (part: number) => String(part).padStart(2, '0')
    const time = `Oct ${at.getDate()} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
    const settings = { format: 'rfc3164' } as const
    assert.equal(message('access', ACCESS, settings), `<134>${time} gate.example fsigk[4321]: ${ACCESS}`)
    assert.equal(message('error', ERROR, settings, true), `<147>${time} fsigk: ${ERROR}`)
  })

  test('it is cut at its greatest length', () => {
    assert.equal(message('access', 'x'.repeat(100_000), { max_message: 480 }).length, 480)
  })

  test('whatever a line or a setting holds, it is one line of printable ASCII with the same parts', () => {
    const hostile = 'a\r\nb\0c\x1b[31m\u009b"]=\\ é日'
    const text = message('access', hostile, { app_name: hostile, host_name: hostile, sd_id: hostile })
    assert.match(text, /^<134>1 \S+Z \S+ \S+ - access \[\S+ service="http"\] [\x20-\x7e]*$/)
    const service = syslogMessage('info', 'x" evil="1"] [', 'line', sample, 0).toString('latin1')
    assert.match(service, / \[fsigk@32473 service="x\\" evil=\\"1\\"\\\] \["\] line$/)
  })
})
