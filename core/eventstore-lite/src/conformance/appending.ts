/** What every driver promises of an append: whole, in order, hashed, and never over someone else's. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { canonicalJson } from '../canonical-json.js'
import { VersionConflict } from '../errors.js'
import type { JsonValue, NewEvent } from '../event-store.js'
import { collect, numbered, type OpenStore, upTo } from './store-under-test.js'

const everyKindOfValue: JsonValue = {
  text: 'é 日本語 \u{1f600} "quoted" \\ \n\t\u0000',
  halfACharacter: '\ud800',
  numbers: [0, -1, 1.5, 1e300, 5e-324, 2 ** 53],
  flags: [true, false, null],
  empty: [{}, [], ''],
  deep: { b: { c: [{ d: 1 }] }, a: 1 },
}

export function appendingConformance(open: OpenStore): void {
  test('a new stream is at version 0', async () => {
    await using opened = await open()
    assert.equal(await opened.store.version('settings'), 0)
  })

  test('appended events get versions from 1, rising positions, and come back as they were read later', async () => {
    await using opened = await open()
    const appended = [
      ...(await opened.store.append('settings', 0, numbered(1, 2))),
      ...(await opened.store.append('settings', 2, numbered(3, 3))),
    ]
    assert.deepEqual(
      appended.map(({ version }) => version),
      [1, 2, 3],
    )
    assert.deepEqual(
      appended.map(({ position }) => position).sort((a, b) => a - b),
      appended.map(({ position }) => position),
    )
    assert.deepEqual(await collect(opened.store.read('settings')), appended)
    assert.equal(await opened.store.version('settings'), 3)
  })

  test('every kind of JSON value comes back as it was', async () => {
    await using opened = await open()
    const event: NewEvent = { type: 'ValueKept', schema: 7, data: everyKindOfValue, meta: [everyKindOfValue] }
    await opened.store.append('値', 0, [event])
    const [stored] = await collect(opened.store.read('値'))
    const { type, schema, data, meta } = stored ?? {}
    assert.deepEqual({ type, schema, data, meta }, event)
  })

  test('a member named __proto__ is a member like any other', async () => {
    await using opened = await open()
    const data = JSON.parse('{"__proto__":{"polluted":true}}')
    await opened.store.append('settings', 0, [{ type: 'ValueKept', schema: 1, data, meta: null }])
    const [stored] = await collect(opened.store.read('settings'))
    assert.equal(JSON.stringify(stored?.data), '{"__proto__":{"polluted":true}}')
  })

  test('an event carries the SHA-256 of what it says and of the event before it', async () => {
    await using opened = await open()
    const events = await opened.store.append('settings', 0, numbered(1, 3))
    let previousHash = '0'.repeat(64)
    for (const { stream, version, type, schema, data, meta, ...event } of events) {
      assert.equal(event.previousHash, previousHash)
      const said = canonicalJson([previousHash, stream, version, type, schema, data, meta], 'event')
      assert.equal(event.hash, createHash('sha256').update(said).digest('hex'))
      previousHash = event.hash
    }
  })

  test('an append that expects another version is a conflict and keeps nothing', async () => {
    await using opened = await open()
    await opened.store.append('settings', 0, numbered(1, 5))
    for (const expected of [0, 4, 6]) {
      await assert.rejects(opened.store.append('settings', expected, numbered(6, 6)), (error) => {
        assert.ok(error instanceof VersionConflict)
        const { stream, actual, code } = error
        assert.deepEqual(
          { stream, expected: error.expected, actual, code },
          { stream: 'settings', expected, actual: 5, code: 'EVENTSTORE_VERSION_CONFLICT' },
        )
        return true
      })
    }
    assert.equal(await opened.store.version('settings'), 5)
  })

  test('of many appends at once with the same expectation exactly one wins', async () => {
    await using opened = await open()
    const tries = await Promise.allSettled(upTo(10).map((n) => opened.store.append('settings', 0, numbered(n, n))))
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1)
    assert.equal(await opened.store.version('settings'), 1)
  })

  test('a batch with one bad event keeps none of its events', async () => {
    await using opened = await open()
    const bad = { type: 'NumberNamed', schema: 0, data: 1, meta: null }
    await assert.rejects(opened.store.append('settings', 0, [...numbered(1, 2), bad]), { code: 'EVENTSTORE_INVALID' })
    assert.equal(await opened.store.version('settings'), 0)
  })

  test('an append of no events appends nothing', async () => {
    await using opened = await open()
    assert.deepEqual(await opened.store.append('settings', 0, []), [])
    assert.equal(await opened.store.version('settings'), 0)
  })

  const event = { type: 'ValueKept', schema: 1, data: 1, meta: null }
  const unsayable = (value: unknown) => [{ ...event, data: { list: [value] } as unknown as JsonValue }]
  const refusals: readonly { says: string; stream?: string; expected?: number; events?: readonly NewEvent[] }[] = [
    { says: 'stream must be a text, not empty.', stream: '' },
    { says: 'stream is longer than 256 bytes.', stream: '日'.repeat(86) },
    { says: 'stream holds control characters or half a character.', stream: 'a\nb' },
    { says: 'stream holds control characters or half a character.', stream: '\udc00' },
    { says: 'expectedVersion is -1; it must be a whole number of at least 0.', expected: -1 },
    { says: 'expectedVersion is 0.5; it must be a whole number of at least 0.', expected: 0.5 },
    { says: 'events are 1001; an append takes 1000.', events: numbered(1, 1001) },
    { says: 'events[0].type must be a text, not empty.', events: [{ ...event, type: '' }] },
    { says: 'events[0].schema is 1.5; it must be a whole number of at least 1.', events: [{ ...event, schema: 1.5 }] },
    { says: 'events[0].data.list[0] is undefined, which JSON cannot say.', events: unsayable(undefined) },
    { says: 'events[0].data.list[0] is NaN, which JSON cannot say.', events: unsayable(Number.NaN) },
    { says: 'events[0].data.list[0] is a bigint, which JSON cannot say.', events: unsayable(1n) },
    { says: 'events[0].data.list[0] is a function, which JSON cannot say.', events: unsayable(() => 1) },
    {
      says: 'events[0].data.list[0] is an object of a class; only plain objects are JSON.',
      events: unsayable(new Date()),
    },
    {
      says: 'events[0].meta is longer than 16777216 bytes as JSON.',
      events: [{ ...event, meta: 'x'.repeat(2 ** 24) }],
    },
  ]
  for (const { says, stream = 'settings', expected = 0, events = [event] } of refusals) {
    test(`refused: ${says}`, async () => {
      await using opened = await open()
      await assert.rejects(opened.store.append(stream, expected, events), { code: 'EVENTSTORE_INVALID', message: says })
      assert.deepEqual(await collect(opened.store.readAll()), [])
    })
  }

  test('refused: values nested without end', async () => {
    await using opened = await open()
    const endless: JsonValue[] = []
    endless.push(endless)
    await assert.rejects(opened.store.append('settings', 0, [{ ...event, data: endless }]), {
      code: 'EVENTSTORE_INVALID',
      message: /is nested deeper than 100 levels\.$/,
    })
  })
}
