import assert from 'node:assert/strict'
import { test } from 'node:test'
import { userTarget } from '../../src/user-target.js'

const parent = { host: 'parent.example', port: 1110 }

const cases: readonly (readonly [argument: string, read: string])[] = [
  ['ann@mail.example', 'ann at mail.example 110'],
  ['ann#mail.example', 'ann at mail.example 110'],
  ['ann@example.org@mail.example', 'ann@example.org at mail.example 110'],
  ['ann@example.org#mail.example', 'ann@example.org at mail.example 110'],
  ['ann#home@Mail.Example:995', 'ann#home at mail.example 995'],
  ['ann@192.0.2.1:1', 'ann at 192.0.2.1 1'],
  ['ann@[2001:DB8::1]', 'ann at 2001:db8::1 110'],
  ['ann@[2001:db8::1]:65535', 'ann at 2001:db8::1 65535'],
  ['ann', 'ann at parent.example 1110'],
  ['', 'none'],
  ['ann@', 'none'],
  ['@mail.example', 'none'],
  ['ann@mail.example:', 'none'],
  ['ann@mail.example:0', 'none'],
  ['ann@mail.example:65536', 'none'],
  ['ann@mail.example:1x', 'none'],
  ['ann@2001:db8::1', 'none'],
  ['ann@[2001:db8::1', 'none'],
  ['ann b@mail.example', 'none'],
]

test('USER names the server behind its last separator, and the parent when it names none [POP-02]', () => {
  for (const [argument, read] of cases) {
    const found = userTarget(argument, parent, 110)
    const shown = found === undefined ? 'none' : `${found.user} at ${found.target.host} ${found.target.port}`
    assert.equal(shown, read, argument)
  }
  assert.equal(userTarget('ann', undefined, 110), undefined)
})
