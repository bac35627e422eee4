import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RemoteSlots } from '../src/worker/remote-slots.js'

const here = '192.0.2.1'

/** A worker's slots, and a supervisor that grants 0, 1, 2, … as long as it is asked. */
function startSlots(plenty: boolean) {
  const returned: number[] = []
  let asked = 0
  let told: (() => void) | undefined
  const slots: RemoteSlots = new RemoteSlots(({ wanted, released }) => {
    returned.push(...released)
    const granted = wanted.map(([ticket]) => [ticket, asked++] as const)
    if (wanted.length > 0) slots.answered({ is: 'slots', granted, crowded: [], plenty })
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
    const held = await Promise.all([slots.request(here).answer, slots.request(here).answer, slots.request(here).answer])
    assert.deepEqual(held, [0, 1, 2])
    for (const slot of [2, 0]) slots.release(slot)
    assert.deepEqual([await slots.request(here).answer, await slots.request(here).answer], [0, 2])
    assert.equal(asked(), 3)
    assert.equal(await slots.request(here).answer, 3)
  })

  test('what nobody here needs in a moment goes back', async () => {
    const { slots, returned, next } = startSlots(true)
    slots.release(Number(await slots.request(here).answer))
    assert.deepEqual(returned, [])
    await next()
    assert.deepEqual(returned, [0])
  })

  test('when there are not plenty, a slot goes back at once, and so does what was kept', async () => {
    const scarce = startSlots(false)
    scarce.slots.release(Number(await scarce.slots.request(here).answer))
    await scarce.next()
    assert.deepEqual(scarce.returned, [0])

    const { slots, returned, next } = startSlots(true)
    slots.release(Number(await slots.request(here).answer))
    slots.answered({ is: 'slots', granted: [], crowded: [], plenty: false })
    await next()
    assert.deepEqual(returned, [0])
  })

  test('what was kept serves its own address alone, for which it is counted', async () => {
    const { slots, asked } = startSlots(true)
    slots.release(Number(await slots.request(here).answer))
    assert.equal(await slots.request('192.0.2.2').answer, 1)
    assert.equal(await slots.request(here).answer, 0)
    assert.equal(asked(), 2)
  })
})
