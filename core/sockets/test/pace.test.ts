import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pace } from '../src/pace.js'

const lowest = { bytesPerSecond: 10, periodMs: 2000 }

test('a pace is judged after a whole period of waiting, and from the beginning in each', () => {
  const pace = new Pace(lowest)
  assert.equal(pace.isTooSlow(1999), false)
  pace.moved(20)
  assert.equal(pace.isTooSlow(2000), false)
  assert.equal(pace.isTooSlow(3999), false)
  assert.equal(pace.isTooSlow(4000), true)
})

test('waits add up, and what passes between them does not count', () => {
  const pace = new Pace(lowest)
  for (let wait = 0; wait < 4; wait++) pace.waited(400)
  assert.equal(pace.isTooSlow(399), false)
  assert.equal(pace.isTooSlow(400), true)
  pace.waited(400)
  pace.moved(19)
  assert.equal(pace.isTooSlow(1999), false)
})

test('burst and silence within a period are as good as a steady trickle', () => {
  const pace = new Pace(lowest)
  pace.moved(19)
  assert.equal(pace.isTooSlow(1900), false)
  pace.moved(1)
  assert.equal(pace.isTooSlow(2000), false)
})
