/** What responses say of their bodies, brought into one form; what servers are offered. Pure. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodableCodings } from '../../src/message/accept-encoding.js'
import { contentCodings } from '../../src/message/content-codings.js'
import { fieldName } from '../../src/message/field-names.js'
import { Fields } from '../../src/message/fields.js'
import { tellNoRanges, tidyResponse } from '../../src/message/tidy-response.js'

for (const [value, expect] of [
  ['gzip', 'gzip'],
  ['GZip, BR', 'gzip br'],
  [' ,gzip,, ,', 'gzip'],
  ['identity, gzip, none', 'gzip'],
  ['gzip;q=1;x="a", br ; q=0', 'gzip br'],
  ['"gzip"', 'gzip'],
  ['gzip br', 'gzip br'],
  ['utf-8', ''],
  ['', ''],
  [';gzip', ';gzip'],
  ['gzip\xa0', 'gzip'],
  ['compress', 'compress'],
  ['__proto__', '__proto__'],
] as const)
  test(`Content-Encoding ${JSON.stringify(value)} means ${JSON.stringify(expect)}`, () => {
    assert.equal(contentCodings(value).join(' '), expect)
    assert.equal(contentCodings(value).join(' '), expect, 'the same when it is asked again')
  })

for (const [value, expect] of [
  ['gzip, deflate, br, zstd', 'gzip, deflate, br, zstd'],
  ['gzip,deflate', 'gzip, deflate'],
  ['gzip, dcb, dcz, sdch', 'gzip'],
  ['br;q=0.5 , gzip ;q=1', 'br;q=0.5, gzip ;q=1'],
  ['*', 'identity'],
  ['*;q=0, gzip', '*;q=0, gzip'],
  ['*;q=0.1', 'identity'],
  ['compress', 'identity'],
  ['', 'identity'],
] as const)
  test(`Accept-Encoding ${JSON.stringify(value)} is offered as ${JSON.stringify(expect)}`, () => {
    assert.equal(decodableCodings(value), expect)
  })

function fieldsOf(text: string): Fields {
  const fields = new Fields()
  for (const line of text.split('|')) fields.add(line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1))
  return fields
}

for (const [says, before, expect, status = 200] of [
  ['one coding stays', 'A:1|Content-Encoding:gzip|B:2', 'A:1|Content-Encoding:gzip|B:2'],
  ['several fields become one', 'content-encoding:GZIP|A:1|Content-Encoding:br', 'content-encoding:gzip, br|A:1'],
  ['no coding goes', 'A:1|Content-Encoding:none|Content-Encoding:', 'A:1'],
  ['a coding of 304 goes', 'Content-Encoding:gzip|A:1', 'A:1', 304],
  ['the last type stays', 'Content-Type:a/b|A:1|Content-Type:c/d', 'Content-Type:c/d|A:1'],
  ['what is said twice is said once', 'Location:/a|location:/a', 'Location:/a'],
  ['two locations are refused', 'Location:/a|Location:/b', undefined],
  ['two names are refused', 'Content-Disposition:a|Content-Disposition:b', undefined],
  ['two ranges are refused', 'Content-Range:bytes 0-1/2|Content-Range:bytes 0-1/3', undefined],
] as const)
  test(`fields: ${says}`, () => {
    const fields = fieldsOf(before)
    assert.equal(tidyResponse(fields, status), expect !== undefined)
    if (expect !== undefined)
      assert.equal(fields.spelled.map((name, at) => `${name}:${fields.values[at]}`).join('|'), expect)
    assert.equal(fields.names.length, fields.values.length)
  })

test('a server that takes ranges is made one that takes none', () => {
  const fields = fieldsOf('Accept-Ranges:bytes|A:1')
  tellNoRanges(fields)
  assert.deepEqual(fields.values, ['none', '1'])
})

test('no field of the content may stand in a trailer', () => {
  for (const name of ['Content-Encoding', 'content-md5', 'Content-Whatever', 'Location', 'IM'])
    assert.ok(fieldName(name).headOnly, name)
  assert.ok(!fieldName('X-Checksum').headOnly)
})
