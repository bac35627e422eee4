import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldName, names } from '../../src/message/field-names.js'
import { Fields } from '../../src/message/fields.js'

test('a known name is the same object in every spelling, even when strangers have filled the cache', () => {
  assert.equal(fieldName('HOST'), names.host)
  for (let at = 0; at < 10_000; at++) fieldName(`X-Stranger-${at}`)
  assert.equal(fieldName('hOsT'), names.host)
  assert.equal(fieldName('CONTENT-length'), names.contentLength)
  assert.equal(fieldName('X-Stranger-9999').key, 'x-stranger-9999')
})

test('fields of one name are found first, together, and counted', () => {
  const fields = new Fields()
  fields.add('Via', '1.1 a')
  fields.add('Host', 'b')
  fields.add('VIA', '1.1 c')
  assert.equal(fields.first(names.via), '1.1 a')
  assert.equal(fields.joined(names.via), '1.1 a, 1.1 c')
  assert.equal(fields.joined(names.host), 'b')
  assert.equal(fields.joined(names.range), undefined)
  assert.ok(fields.repeats(names.via) && !fields.repeats(names.host) && !fields.repeats(names.range))
})
