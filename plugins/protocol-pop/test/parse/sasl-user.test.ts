import assert from 'node:assert/strict'
import { test } from 'node:test'
import { saslUser } from '../../src/sasl-user.js'

const base64 = (text: string) => Buffer.from(text).toString('base64')

test('the log knows who logs in by AUTH', () => {
  assert.equal(saslUser('PLAIN', [base64('\0ann\0secret')]), 'ann')
  assert.equal(saslUser('PLAIN', [base64('admin\0ann\0secret')]), 'ann')
  assert.equal(saslUser('LOGIN', [base64('ann'), base64('secret')]), 'ann')
  assert.equal(saslUser('CRAM-MD5', [base64('ann b 0123456789abcdef')]), 'ann b')
  assert.equal(saslUser('XOAUTH2', [base64('user=ann@example.org\x01auth=Bearer x\x01\x01')]), 'ann@example.org')
  assert.equal(saslUser('SCRAM-SHA-1', [base64('n,,n=ann,r=x')]), '')
  assert.equal(saslUser('PLAIN', []), '')
})
