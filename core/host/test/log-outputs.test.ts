/** The parts that lines pass on their way to commands and sinks. How they work together is tried in test/e2e/logs. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FromWorker } from '../src/ipc/messages.js'
import { LineQueue } from '../src/log-outputs/line-queue.js'
import { OutputHealth } from '../src/log-outputs/output-health.js'
import { sinkWishesOf } from '../src/log-outputs/sink-wishes.js'
import type { FoundPlugin } from '../src/plugins/found-plugin.js'
import { LineForwarder } from '../src/worker/line-forwarder.js'

describe('a queue of lines', () => {
  test('gives them in order, and those that came back first', () => {
    const queue = new LineQueue(100)
    for (const line of ['1\n', '2\n', '3\n']) queue.push(line)
    assert.equal(queue.take(3), '1\n2\n')
    queue.putBack('1\n2\n')
    assert.equal(queue.take(Number.POSITIVE_INFINITY), '1\n2\n3\n')
    assert.deepEqual([queue.isEmpty, queue.bytes, queue.lostLines], [true, 0, 0])
  })

  test('counts what does not fit, and what is cleared', () => {
    const queue = new LineQueue(6)
    assert.equal(queue.push('1\n2\n'), true)
    assert.equal(queue.push('3\n4\n'), false)
    assert.equal(queue.push('5\n'), true)
    assert.equal(queue.lostLines, 2)
    queue.clear()
    assert.deepEqual([queue.lostLines, queue.bytes], [5, 0])
  })
})

test('a worker leaves lines out while the supervisor takes none, and says how many', () => {
  const sent: FromWorker[] = []
  const forwarder = new LineForwarder((message) => sent.push(message))
  const lines = `${'x'.repeat(1024 * 1024 - 1)}\n`
  for (let at = 0; at < 6; at += 1) forwarder.forward({ log: 'access', lines, written: true })
  assert.equal(sent.length, 4)
  forwarder.taken(lines.length)
  forwarder.forward({ log: 'access', lines: 'last\n', written: true })
  assert.deepEqual(sent.at(-1), { is: 'lines', log: 'access', lines: 'last\n', written: true, lostBefore: 2 })
})

test('a trouble is told once when it begins and once when it ends, with what was lost in between', () => {
  const told: string[] = []
  const health = new OutputHealth('x', {
    failed: (_, because) => void told.push(because),
    recovered: (_, lost) => void told.push(`well, lost ${lost}`),
  })
  health.well(0)
  health.trouble('slow', 'slow')
  health.trouble('down', 'down')
  health.trouble('slow', 'slow again')
  assert.deepEqual([health.state, health.because], ['down', 'down'])
  health.well(5)
  health.well(5)
  health.trouble('down', 'once more')
  health.well(7)
  assert.deepEqual(told, ['slow', 'well, lost 5', 'once more', 'well, lost 2'])
})

test('sinks take what their settings say, and everything when they say nothing', () => {
  const found = (section: string | undefined) => ({ section }) as FoundPlugin
  const plugins = new Map([
    ['one', found('one')],
    ['two', found(undefined)],
  ])
  const values = { plugins: { log_sinks: 'two, one,none' }, one: { logs: 'access, error', services: 'http' } }
  const wishes = sinkWishesOf({ revision: 1, values }, (id) => plugins.get(id))
  assert.deepEqual([...wishes.keys()], ['two', 'one', 'none'])
  const takes = (id: string) =>
    (['access', 'detect', 'error', 'info'] as const).flatMap((log) =>
      ['http', 'smtp'].filter((service) => wishes.get(id)?.takes(log, service)).map((service) => `${service} ${log}`),
    )
  assert.deepEqual(takes('one'), ['http access', 'http error'])
  assert.equal(takes('two').length, 8)
  assert.equal(takes('none').length, 8)
})
