import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SlotTable } from '../src/supervisor/slot-table.js'

function tableOf(limit: number) {
  const full: number[] = []
  const table = new SlotTable<string>(limit, (reached) => full.push(reached))
  const take = (owner = 'a', address = '') => {
    const granted: (number | 'crowded')[] = []
    const cancel = table.acquire(owner, address, (slot) => granted.push(slot))
    return { granted, cancel }
  }
  return { table, take, full }
}

describe('slot table', () => {
  test('gives the lowest free slot, whatever the order in which they came back', () => {
    const { table, take } = tableOf(50)
    for (let slot = 0; slot < 50; slot += 1) assert.deepEqual(take().granted, [slot])
    const given = [17, 3, 49, 0, 28, 5, 33, 1, 48, 16]
    for (const slot of given) table.release('a', slot)
    for (const slot of given.toSorted((left, right) => left - right)) assert.deepEqual(take().granted, [slot])
  })

  test('against a plain model: random takes and releases', () => {
    const { table, take } = tableOf(20)
    const held = new Set<number>()
    let seed = 1
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed % below
    }
    for (let step = 0; step < 5_000; step += 1) {
      const release = held.size === 20 || (held.size > 0 && random(2) === 0)
      if (release) {
        const slot = [...held][random(held.size)] ?? 0
        held.delete(slot)
        table.release('a', slot)
      } else {
        const lowest = Array.from({ length: 20 }, (_, slot) => slot).find((slot) => !held.has(slot))
        const [slot] = take().granted
        assert.equal(slot, lowest)
        held.add(typeof slot === 'number' ? slot : -1)
      }
      assert.equal(table.inUse, held.size)
    }
  })

  test('who waits is served in order, and who gave up is passed over', () => {
    const { table, take } = tableOf(1)
    take()
    const [second, third, fourth] = [take(), take(), take()]
    third.cancel()
    table.release('a', 0)
    assert.deepEqual([second.granted, third.granted, fourth.granted], [[0], [], []])
    second.cancel()
    table.release('a', 0)
    assert.deepEqual(fourth.granted, [0])
    assert.equal(table.waiting, 0)
  })

  test('a slot of somebody else, or one that is free, is not taken back', () => {
    const { table, take } = tableOf(2)
    take('a')
    table.release('b', 0)
    table.release('a', 1)
    assert.deepEqual([table.inUse, table.heldBy('a'), table.heldBy('b')], [1, 1, 0])
  })

  test('an owner that dies gives back what it holds and waits for no more', () => {
    const { table, take } = tableOf(2)
    take('a')
    take('a')
    const [own, other] = [take('a'), take('b')]
    table.releaseAll('a')
    assert.deepEqual([own.granted, other.granted], [[], [0]])
    assert.deepEqual([table.inUse, table.waiting], [1, 0])
  })

  test('a lower limit is met as slots come back, a higher one at once', () => {
    const { table, take, full } = tableOf(3)
    for (let count = 0; count < 3; count += 1) take()
    assert.deepEqual(full, [3])
    table.setLimits(1)
    const waiting = take()
    table.release('a', 0)
    table.release('a', 1)
    assert.deepEqual(waiting.granted, [])
    table.release('a', 2)
    assert.deepEqual(waiting.granted, [0])
    const next = take()
    table.setLimits(2)
    assert.deepEqual(next.granted, [1])
  })

  test('an address has no more than its share, those that wait included, and others are served', () => {
    const { table, take } = tableOf(4)
    table.setLimits(4, 3)
    const first = take('a', 'x')
    take('b', 'x')
    for (let count = 0; count < 2; count += 1) take('a', 'y')
    const waits = take('a', 'x')
    assert.deepEqual([first.granted, waits.granted, take('b', 'x').granted], [[0], [], ['crowded']])
    const nobody = take()
    waits.cancel()
    const again = take('a', 'x')
    table.release('a', 0)
    assert.deepEqual([again.granted, nobody.granted], [[], [0]])
    table.releaseAll('b')
    assert.deepEqual([again.granted, take('a', 'x').granted], [[1], []])
  })

  test('a slot that comes back counts for its address no more, and a lower share takes nothing away', () => {
    const { table, take } = tableOf(10)
    table.setLimits(10, 2)
    take('a', 'x')
    take('a', 'x')
    assert.deepEqual(take('a', 'x').granted, ['crowded'])
    table.release('a', 1)
    assert.deepEqual(take('a', 'x').granted, [1])
    table.setLimits(10, 1)
    table.release('a', 0)
    assert.deepEqual([table.heldBy('a'), take('a', 'x').granted], [1, ['crowded']])
  })
})
