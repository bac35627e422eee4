/** What every driver promises of a subscription: each event once, in order, whoever appends it, until it is ended. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { numbered, type OpenStore, Received, upTo } from './store-under-test.js'

export function subscribingConformance(open: OpenStore): void {
  test('a subscriber is told what is there, then what comes', async () => {
    await using opened = await open()
    await opened.store.append('settings', 0, numbered(1, 300))
    const received = new Received()
    const stop = new AbortController()
    const subscription = opened.store.subscribe('settings', 1, received.handler, stop)
    assert.deepEqual(await received.first(300), upTo(300))
    await opened.store.append('settings', 300, numbered(301, 302))
    await opened.store.append('other', 0, numbered(1, 1))
    await opened.store.append('settings', 302, numbered(303, 303))
    assert.deepEqual(await received.first(303), upTo(303))
    stop.abort()
    await subscription
  })

  test('a subscription begins with the version that is asked for, even one that is still to come', async () => {
    await using opened = await open()
    await opened.store.append('settings', 0, numbered(1, 5))
    const [third, seventh] = [new Received(), new Received()]
    const stop = new AbortController()
    const subscriptions = [
      opened.store.subscribe('settings', 3, third.handler, stop),
      opened.store.subscribe('settings', 7, seventh.handler, stop),
    ]
    await third.first(3)
    await opened.store.append('settings', 5, numbered(6, 8))
    assert.deepEqual(await third.first(6), upTo(8, 3))
    assert.deepEqual(await seventh.first(2), [7, 8])
    stop.abort()
    await Promise.all(subscriptions)
  })

  test('appends during the replay leave no gap and no double', async () => {
    await using opened = await open()
    await opened.store.append('settings', 0, numbered(1, 500))
    const received = new Received()
    const stop = new AbortController()
    const subscription = opened.store.subscribe('settings', 1, received.handler, stop)
    for (let version = 500; version < 600; version += 1) {
      await opened.store.append('settings', version, numbered(version + 1, version + 1))
      await nextTurn()
    }
    assert.deepEqual(await received.first(600), upTo(600))
    stop.abort()
    await subscription
  })

  test('the next event waits until the handler is done with this one', async () => {
    await using opened = await open()
    await opened.store.append('settings', 0, numbered(1, 20))
    const stop = new AbortController()
    let running = 0
    await opened.store.subscribe(
      'settings',
      1,
      async ({ version }) => {
        running += 1
        await nextTurn()
        assert.equal(running, 1)
        running -= 1
        if (version === 20) stop.abort()
      },
      stop,
    )
  })

  test('nothing is told after the signal', async () => {
    await using opened = await open()
    await opened.store.append('settings', 0, numbered(1, 20))
    const stop = new AbortController()
    const seen: number[] = []
    const handler = ({ version }: { version: number }) => {
      seen.push(version)
      if (version === 2) stop.abort()
    }
    await opened.store.subscribe('settings', 1, handler, stop)
    await opened.store.subscribe('settings', 1, handler, { signal: AbortSignal.abort() })
    assert.deepEqual(seen, [1, 2])
  })

  test('a subscription ends with what its handler throws', async () => {
    await using opened = await open()
    await opened.store.append('settings', 0, numbered(1, 2))
    const fault = new Error('cannot apply')
    const handler = () => {
      throw fault
    }
    await assert.rejects(
      opened.store.subscribe('settings', 1, handler, { signal: new AbortController().signal }),
      (error) => error === fault,
    )
  })

  test('disposing the store ends its subscriptions', async () => {
    await using opened = await open()
    await opened.store.append('settings', 0, numbered(1, 1))
    const received = new Received()
    const waiting = opened.store.subscribe('settings', 1, received.handler, { signal: new AbortController().signal })
    await received.first(1)
    await opened.store[Symbol.asyncDispose]()
    await waiting
  })

  test('refused: a subscription from version 0', async () => {
    await using opened = await open()
    await assert.rejects(
      opened.store.subscribe('settings', 0, () => undefined, { signal: new AbortController().signal }),
      { code: 'EVENTSTORE_INVALID' },
    )
  })
}
