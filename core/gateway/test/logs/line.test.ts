import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Entry } from '@fsigk/plugin-api'
import { encodeColumn, encodeField, encodeMessage, encodeName } from '../../src/logs/encode.js'
import {
  accessLine,
  connectionPieces,
  type DetectionFacts,
  type LineFigures,
  nothingDetected,
  seconds,
} from '../../src/logs/line.js'

const entry: Entry = {
  status: 200,
  bytes: 1234,
  method: 'GET',
  url: 'http://site.example/a?b=c%20d',
  user: '',
  server: { host: 'site.example', port: 80 },
  serverAddress: '192.0.2.2',
  contentType: 'text/html; charset=utf-8',
  protocolStat: ['KEEPALIVE', ''],
  error: '',
}
const figures: LineFigures = {
  startedMs: 1_286_881_231_123,
  elapsedMs: 205,
  files: 1,
  checks: 1,
  checkMs: 3,
  revision: 12,
  id: 'abc123',
}
const pieces = connectionPieces('http', 0, 4321, '192.0.2.1')
const infected: DetectionFacts = {
  result: 'INFECTED',
  names: ['W32/Klez.H@mm', 'Eicar'],
  file: 'naïve file.exe',
  quarantined: 'http-20260102T030405Z-00',
  action: 'DELETE',
  details: ['VSD_ENCRYPTED', 'OVER_FILESIZE'],
}

describe('the line of access.log', () => {
  test('has every field of the guide, in its order', () => {
    assert.equal(
      accessLine(pieces, entry, nothingDetected, figures),
      '1286881231.123    205 192.0.2.1 TCP_MISS/200 1234 GET http://site.example/a?b=c%20d - DIRECT/192.0.2.2 text/html ' +
        'DETECT-STAT:CLEAN:::: ACTION:NONE: PROXY-STAT:http:0:4321:192.0.2.1:1:1:3:: PROTOCOL-STAT:KEEPALIVE:: ' +
        'PROXY-ERROR:: FSIGK:12:abc123:\n',
    )
  })

  test('tells a detection, its names joined by +', () => {
    assert.match(
      accessLine(pieces, entry, infected, figures),
      / DETECT-STAT:INFECTED:W32%2FKlez\.H%40mm\+Eicar:na%C3%AFve%20file\.exe:http-20260102T030405Z-00: ACTION:DELETE: PROXY-STAT:http:0:4321:192\.0\.2\.1:1:1:3:VSD_ENCRYPTED,OVER_FILESIZE: /,
    )
  })

  test('of a connection that said nothing', () => {
    const nothing: Entry = {
      status: 0,
      bytes: 0,
      method: '',
      url: '',
      user: '',
      server: undefined,
      serverAddress: '',
      contentType: '',
      protocolStat: [],
      error: '',
    }
    assert.equal(
      accessLine(pieces, nothing, nothingDetected, { ...figures, checks: 0, checkMs: 0, elapsedMs: 1_234_567 }),
      '1286881231.123 1234567 192.0.2.1 TCP_MISS/000 0 GET - - DIRECT/- - DETECT-STAT:CLEAN:::: ACTION:NONE: ' +
        'PROXY-STAT:http:0:4321:192.0.2.1:1:0:0:: PROTOCOL-STAT:: PROXY-ERROR:: FSIGK:12:abc123:\n',
    )
  })

  test('of an IPv6 peer: the address is one field all the same', () => {
    const line = accessLine(connectionPieces('http', 7, 1, '2001:db8::1'), entry, nothingDetected, figures)
    assert.match(line, /^\S+ +205 2001:db8::1 TCP_MISS\/200 /)
    assert.match(line, / PROXY-STAT:http:7:1:2001%3Adb8%3A%3A1:1:1:3:: /)
  })

  test('nothing from outside makes another field, column or line [LOG-10]', () => {
    const evil = 'a b:c%d\r\ne\x00\x1b[31m\x7f\x80\xff"<>\u2028\ud800 FSIGK:1:x:\n'
    const outside: Entry = {
      ...entry,
      method: evil,
      url: evil,
      user: evil,
      serverAddress: evil,
      contentType: evil,
      protocolStat: [evil, evil],
      error: evil,
    }
    const line = accessLine(pieces, outside, { ...infected, names: [evil, evil], file: evil, details: [evil] }, figures)
    assert.match(line, /^[\x21-\x7e ]+\n$/)
    const columns = line.trimEnd().split(/ +/)
    assert.equal(columns.length, 16)
    assert.deepEqual(
      columns.slice(10).map((column) => column.split(':').length),
      [6, 3, 10, 4, 3, 4],
    )
    assert.equal(decodeURIComponent(columns[10]?.split(':')[3] ?? ''), evil.replace('\ud800', '\ufffd'))
  })

  test('a megabyte in a field does not make a megabyte of log', () => {
    const long = 'é'.repeat(1_000_000)
    const line = accessLine(pieces, { ...entry, url: long, error: long, protocolStat: [long] }, infected, figures)
    assert.ok(line.length < 250_000, `${line.length}`)
  })

  test('times are seconds with three decimals', () => {
    for (const [ms, text] of [
      [0, '0.000'],
      [7, '0.007'],
      [1000, '1.000'],
      [1_286_881_231_023, '1286881231.023'],
    ] as const)
      assert.equal(seconds(ms), text)
  })
})

describe('URL encoding', () => {
  for (const { says, encode, text, expect } of [
    { says: 'wire text: its bytes', encode: encodeField, text: 'é:/', expect: '%E9%3A%2F' },
    { says: 'wire text that is no latin1: UTF-8', encode: encodeField, text: 'あ', expect: '%E3%81%82' },
    { says: 'decoded text: UTF-8', encode: encodeName, text: 'é,+', expect: '%C3%A9%2C%2B' },
    { says: 'beyond the basic plane', encode: encodeName, text: '😀', expect: '%F0%9F%98%80' },
    { says: 'half a surrogate pair', encode: encodeField, text: 'a\udc00b', expect: 'a%EF%BF%BDb' },
    {
      says: 'a URL as it came',
      encode: encodeColumn,
      text: "http://h:80/%20?a='b'&c[]#d",
      expect: "http://h:80/%20?a='b'&c[]#d",
    },
    {
      says: 'what a URL may not hold',
      encode: encodeColumn,
      text: 'h/<a b>"\\^`{|}\t',
      expect: 'h/%3Ca%20b%3E%22%5C%5E%60%7B%7C%7D%09',
    },
    { says: 'an empty column', encode: encodeColumn, text: '', expect: '-' },
    { says: 'a sentence with CSI in one byte', encode: encodeMessage, text: 'a\x9b2J', expect: 'a%9B2J' },
    { says: 'a sentence that turns', encode: encodeMessage, text: 'a\u202eb', expect: 'a%E2%80%AEb' },
    { says: 'a column with CSI in one byte', encode: encodeColumn, text: 'h/\x9b2J', expect: 'h/%9B2J' },
    { says: 'a column with DEL', encode: encodeColumn, text: 'h/\x7f', expect: 'h/%7F' },
    { says: 'a sentence', encode: encodeMessage, text: 'no [x]: 100%\r\n\x1b\xe9', expect: 'no [x]: 100%%0D%0A%1B%E9' },
  ])
    test(`${says} [LOG-10]`, () => assert.equal(encode(text), expect))
})
