import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { RequestTurns } from '../src/request-turns.js'

describe('HTTP: requests that come together', () => {
  /** Asks to begin so many, and tells the numbers of those that have begun. */
  function enter(turns: RequestTurns, requests: number): number[] {
    const begun: number[] = []
    for (let request = 0; request < requests; request += 1) {
      const turn = turns.enter()
      if (turn === undefined) begun.push(request)
      else void turn.then(() => begun.push(request))
    }
    return begun
  }

  test('32 begin at once, and as many in each turn of the event loop, in order, without any having ended', async () => {
    const begun = enter(new RequestTurns(), 100)
    assert.equal(begun.length, 32)
    for (let turn = 2; turn <= 4; turn += 1) {
      await nextTurn()
      assert.ok(begun.length >= Math.min(100, turn * 32), `${begun.length} in ${turn} turns`)
    }
    assert.deepEqual(
      begun,
      begun.toSorted((one, other) => one - other),
    )
  })

  test('those that come while others wait begin after them', async () => {
    const turns = new RequestTurns()
    enter(turns, 40)
    const late = enter(turns, 1)
    assert.deepEqual(late, [])
    await nextTurn()
    assert.deepEqual(late, [0])
  })

  test('a turn that took long lets more begin', async () => {
    const begun = enter(new RequestTurns(), 1000)
    const until = performance.now() + 100
    while (performance.now() < until);
    await nextTurn()
    assert.ok(begun.length >= 32 + 200, `${begun.length}`)
  })

  test('those that come one after the other begin, whatever came before', async () => {
    const turns = new RequestTurns()
    for (let request = 0; request < 100; request += 1) {
      const begun = enter(turns, 1)
      await nextTurn()
      assert.deepEqual(begun, [0])
    }
  })
})
