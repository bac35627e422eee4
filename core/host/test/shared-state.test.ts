import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type SharedReply, sharedRequest } from '../src/shared-state/messages.js'
import { RemoteSharedState } from '../src/shared-state/remote-shared-state.js'
import { SharedStateTable } from '../src/shared-state/shared-state-table.js'

/** A supervisor's table and workers that reach it by messages that are cloned on their way, as over a channel. */
function sharedState(maxEntries?: number) {
  let nowMs = 0
  const now = () => nowMs
  const table = new SharedStateTable<string>(now, maxEntries)
  const worker = (owner: string) =>
    new RemoteSharedState(
      (request) =>
        new Promise<SharedReply>((resolve) => {
          const arrived = sharedRequest.parse(structuredClone(request))
          table.answer(owner, arrived, (reply) => setImmediate(resolve, structuredClone(reply)))
        }),
      now,
    )
  return { worker, table, pass: (ms: number) => (nowMs += ms) }
}

describe('shared state', () => {
  test('a value is seen by all workers until its time is over', async () => {
    const { worker, pass } = sharedState()
    await worker('a').set('key', 'value', 5_000)
    const other = worker('b')
    assert.equal(await other.get('key'), 'value')
    pass(4_999)
    assert.equal(await other.get('key'), 'value')
    pass(1)
    assert.equal(await other.get('key'), undefined)
    assert.equal(await other.get('never'), undefined)
  })

  test('a worker asks again after a second at the latest', async () => {
    const { worker, pass } = sharedState()
    const [first, second] = [worker('a'), worker('b')]
    await first.set('key', 1, 60_000)
    assert.equal(await second.get('key'), 1)
    await first.set('key', 2, 60_000)
    assert.equal(await second.get('key'), 1)
    pass(1_000)
    assert.equal(await second.get('key'), 2)
    await second.delete('key')
    assert.equal(await second.get('key'), undefined)
  })

  test('a counter adds up over workers and begins again after its window', async () => {
    const { worker, pass } = sharedState()
    const [first, second] = [worker('a'), worker('b')]
    assert.equal(await first.count('logins', 1, 1_000), 1)
    assert.equal(await second.count('logins', 2, 1_000), 3)
    pass(1_000)
    assert.equal(await second.count('logins', 1, 1_000), 1)
  })

  test('places are given out up to their limit, and come back by release or with their worker', async () => {
    const { worker, table } = sharedState()
    const [first, second] = [worker('a'), worker('b')]
    const lease = await first.lease('address', 2)
    await first.lease('address', 2)
    assert.equal(await second.lease('address', 2), undefined)
    assert.ok(await second.lease('another', 2))
    lease?.release()
    lease?.release()
    assert.ok(await second.lease('address', 2))
    assert.equal(await second.lease('address', 2), undefined)
    table.releaseAll('a')
    assert.ok(await second.lease('address', 2))
    assert.equal(await second.lease('address', 2), undefined)
  })

  test('places beyond the bound are refused by its name', async () => {
    const { worker } = sharedState(2)
    await worker('a').lease('one', 1)
    await worker('a').lease('two', 1)
    await assert.rejects(worker('a').lease('three', 1), {
      code: 'FSIGK_SHARED_STATE_LIMIT',
      message: /at most 2 leases/,
    })
  })

  test('values beyond the bound push out the one unused for longest', async () => {
    const { worker, pass } = sharedState(2)
    const state = worker('a')
    await state.set('one', 1, 60_000)
    await state.set('two', 2, 60_000)
    pass(2_000)
    await state.get('one')
    await state.set('three', 3, 60_000)
    pass(2_000)
    assert.deepEqual([await state.get('one'), await state.get('two'), await state.get('three')], [1, undefined, 3])
  })

  test('a value is computed once however many ask, and by the next one when that fails', async () => {
    const { worker } = sharedState()
    let computed = 0
    const compute = async () => {
      computed += 1
      return 'costly'
    }
    const answers = await Promise.all(['a', 'b', 'a', 'c'].map((owner) => worker(owner).once('key', 5_000, compute)))
    assert.deepEqual([answers, computed], [['costly', 'costly', 'costly', 'costly'], 1])
    const failing = worker('a').once('other', 5_000, () => Promise.reject(new Error('no luck')))
    const next = worker('b').once('other', 5_000, async () => 'luck')
    await assert.rejects(failing, /no luck/)
    assert.equal(await next, 'luck')
  })

  test('a worker that dies while it computes leaves it to the next', async () => {
    const { worker, table } = sharedState()
    const never = worker('a').once('key', 5_000, () => new Promise(() => {}))
    const next = worker('b').once('key', 5_000, async () => 'done')
    setImmediate(() => table.releaseAll('a'))
    assert.equal(await next, 'done')
    void never
  })

  test('what is too long is no request', () => {
    assert.equal(sharedRequest.safeParse({ does: 'get', name: 'x'.repeat(513) }).success, false)
    assert.equal(
      sharedRequest.safeParse({ does: 'set', name: 'x', value: 'x'.repeat(16_385), ttlMs: 1 }).success,
      false,
    )
    assert.equal(sharedRequest.safeParse({ does: 'lease', name: 'x', limit: 0 }).success, false)
  })
})
