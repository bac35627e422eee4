import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RemoteSlots } from '../src/worker/remote-slots.js'

const ever = new AbortController().signal

/** A worker's slots, and a supervisor that grants 0, 1, 2, … as long as it is asked. */
function startSlots(plenty: boolean) {
  const returned: number[] = []
  let asked = 0
  let told: (() => void) | undefined
  const slots: RemoteSlots = new RemoteSlots(({ wanted, released }) => {
    returned.push(...released)
    if (wanted.length > 0) slots.granted({ is: 'slots', granted: wanted.map((ticket) => [ticket, asked++]), plenty })
    told?.()
  })
  const next = () =>
    new Promise<void>((resolve) => {
      told = resolve
    })
  return { slots, returned, next, asked: () => asked }
}

describe("a worker's slots", () => {
  test('while there are plenty, a slot that came free serves the next connection without asking, the lowest first', async () => {
    const { slots, asked } = startSlots(true)
    const held = await Promise.all([slots.acquire(ever), slots.acquire(ever), slots.acquire(ever)])
    assert.deepEqual(held, [0, 1, 2])
    for (const slot of [2, 0]) slots.release(slot)
    assert.deepEqual([await slots.acquire(ever), await slots.acquire(ever)], [0, 2])
    assert.equal(asked(), 3)
    assert.equal(await slots.acquire(ever), 3)
  })

  test('what nobody here needs in a moment goes back', async () => {
    const { slots, returned, next } = startSlots(true)
    slots.release(await slots.acquire(ever))
    assert.deepEqual(returned, [])
    await next()
    assert.deepEqual(returned, [0])
  })

  test('when there are not plenty, a slot goes back at once, and so does what was kept', async () => {
    const scarce = startSlots(false)
    scarce.slots.release(await scarce.slots.acquire(ever))
    await scarce.next()
    assert.deepEqual(scarce.returned, [0])

    const { slots, returned, next } = startSlots(true)
    slots.release(await slots.acquire(ever))
    slots.granted({ is: 'slots', granted: [], plenty: false })
    await next()
    assert.deepEqual(returned, [0])
  })
})
