import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  clearMechanisms,
  productString,
  receivedField,
  receivedFromGateway,
  spamStatus,
  virusStatus,
} from '../src/index.js'

const PRODUCT = productString({ productName: 'fsigk', version: '1.2.3', hostName: 'gw.example.com' }, 'smtp')
const AT = new Date('2026-11-24T18:30:00Z')

describe('fields that are added', () => {
  test('[SMTP-11] X-Virus-Status and X-Spam-Status are in the words of the guide', () => {
    assert.equal(virusStatus(PRODUCT, []), 'X-Virus-Status: clean(fsigk/fsigk_smtp/1.2.3/gw.example.com)\r\n')
    assert.equal(
      virusStatus(PRODUCT, ['Eicar', 'B']),
      'X-Virus-Status: infected(fsigk/fsigk_smtp/1.2.3/gw.example.com) with [Eicar+B]\r\n',
    )
    assert.equal(spamStatus(PRODUCT, 'rbl'), 'X-Spam-Status: Yes(fsigk/fsigk_smtp/1.2.3/gw.example.com) with [rbl]\r\n')
  })

  test('what an engine or a client calls something begins no field', () => {
    assert.equal(virusStatus('p', ['a\r\nBcc: x']), 'X-Virus-Status: infected(p) with [a Bcc: x]\r\n')
    assert.equal(virusStatus('p', ['a'.repeat(5000)]).length < 998, true)
  })

  test('[SMTP-11] Received names client, gateway and time', () => {
    const hop = { clientName: 'c.example.org', clientAddress: '192.0.2.1', hostName: 'gw', product: 'p', at: AT }
    assert.equal(
      receivedField(hop),
      'Received: from c.example.org ([192.0.2.1])\r\n\tby gw (p) ;\r\n\tTue, 24 Nov 2026 18:30:00 +0000\r\n',
    )
    assert.match(receivedField({ ...hop, clientAddress: '2001:db8::1' }), /\(\[IPv6:2001:db8::1\]\)/)
    assert.equal(receivedFromGateway(AT), 'Received: from FSIGK: Tue, 24 Nov 2026 18:30:00 +0000\r\n')
  })
})

test('mechanisms that may hide what follows are left out, known or not', () => {
  const offered = ['PLAIN', 'login', 'GSSAPI', 'DIGEST-MD5', 'SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS', 'X-NEW', 'NTLM']
  assert.deepEqual(clearMechanisms(offered), ['PLAIN', 'login', 'SCRAM-SHA-256', 'NTLM'])
})
