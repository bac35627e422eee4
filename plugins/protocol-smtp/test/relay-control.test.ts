import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Session } from '@fsigk/plugin-api'
import { mayRelay } from '../src/envelope/relay-control.js'
import type { SmtpSettings } from '../src/settings.js'

/** What relay control asks of a session. */
function session(acl_rcpt: boolean): Session<SmtpSettings> {
  const listed = new Set(['ours.example', 'xn--bcher-kva.example'])
  const asked = {
    settings: { acl_rcpt },
    listsDomain: (list: string, domain: string) => list === 'rcpt' && listed.has(domain.toLowerCase()),
  }
  return asked as unknown as Session<SmtpSettings>
}

const stranger = { lan: false, authenticated: false }

const mine = ['a@ours.example', 'a@OURS.example', 'postmaster', '"a b"@ours.example', 'a@b\xc3\xbccher.example']

const others = [
  'a@else.example',
  'a@sub.ours.example',
  'a@ours.example.else.example',
  'a@ours.example.',
  'a@ours.example@else.example',
  'a@else.example@ours.example',
  'a%else.example@ours.example',
  'else.example!a@ours.example',
  'else.example!a',
  'a%else.example',
  '@ours.example:a@else.example',
  '@else.example:a@ours.example',
  '@else.example,@x:a@ours.example',
  '"a@else.example"@ours.example',
  '"a%else.example"@ours.example',
  '"a@ours.example"@else.example',
  '"a@else.example"',
  'a@',
  'a@[127.0.0.1]',
]

test('strangers may send to listed domains and to addresses without one, and nowhere by them [SMTP-15]', () => {
  for (const address of mine) assert.ok(mayRelay(session(true), stranger, address), address)
  for (const address of others) assert.ok(!mayRelay(session(true), stranger, address), address)
})

test('each of the alternatives suffices: LAN, proof of who it is, no restriction [SMTP-15]', () => {
  for (const address of [...mine, ...others]) {
    assert.ok(mayRelay(session(true), { lan: true, authenticated: false }, address))
    assert.ok(mayRelay(session(true), { lan: false, authenticated: true }, address))
    assert.ok(mayRelay(session(false), stranger, address))
  }
})
