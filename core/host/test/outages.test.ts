import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { OperationsFact } from '@fsigk/config'
import type { Log } from '@fsigk/plugin-api'
import { NO_HINDRANCES, Outages } from '../src/supervisor/outages.js'

const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }
const none = NO_HINDRANCES.met
const down = (refused: number, because = 'No clamd answers.') => ({
  ...NO_HINDRANCES,
  met: { ...none, 'engine-down': refused },
  refused: { ...none, 'engine-down': refused },
  because: { ...NO_HINDRANCES.because, 'engine-down': because },
})
const failed = (refused: number, scanned = 0) => ({
  ...NO_HINDRANCES,
  scanned,
  met: { ...none, 'engine-error': refused },
  refused: { ...none, 'engine-error': refused },
})
const scanned = (count: number) => ({ ...NO_HINDRANCES, scanned: count })

function watching(alarmGiven = () => false) {
  const alarms: string[] = []
  const facts: OperationsFact[] = []
  let now = 0
  const outages = new Outages({
    alarmGiven,
    onAlarm: (message) => alarms.push(message),
    record: async (fact) => void facts.push(fact),
    log: silentLog,
    nowMs: () => now,
  })
  /** A second goes by for each. */
  const hear = (...deltas: readonly Parameters<typeof outages.heard>[0][]) => {
    for (const delta of deltas) {
      now += 1_000
      outages.heard(delta)
    }
  }
  return { outages, alarms, facts, hear }
}

describe('outages', () => {
  test('a thousand transfers that meet one are one alarm, and its end is one note with how long and how many', () => {
    const { outages, alarms, facts, hear } = watching()
    hear(scanned(5), down(400), down(600), NO_HINDRANCES)
    assert.equal(alarms.length, 1)
    assert.deepEqual(
      outages.status().map(({ what, refused, passed, because }) => ({ what, refused, passed, because })),
      [{ what: 'scanners', refused: 1000, passed: 0, because: 'No clamd answers.' }],
    )
    hear(scanned(3), scanned(3), scanned(3))
    assert.match(alarms[0] ?? '', /^Nothing can be scanned: No clamd answers\./)
    assert.deepEqual(alarms.slice(1), [
      'Scanning works again, after 3 s; 1000 transfers were refused and 0 passed unscanned.',
    ])
    assert.deepEqual(outages.status(), [])
    assert.deepEqual(
      facts.map(({ type }) => type),
      ['OutageBegan', 'OutageEnded'],
    )
  })

  test('without traffic nothing shows that it is over', () => {
    const { outages, alarms, hear } = watching()
    hear(down(1), ...Array.from({ length: 100 }, () => NO_HINDRANCES))
    assert.equal(outages.status().length, 1)
    assert.equal(alarms.length, 1)
  })

  test('an engine that fails now and then is no outage; ten failures in a row are', () => {
    const { alarms, hear } = watching()
    for (let at = 0; at < 50; at += 1) hear(failed(3, 1), failed(3))
    assert.equal(alarms.length, 0)
    hear(failed(5), failed(5))
    assert.equal(alarms.length, 1)
  })

  test('what comes and goes is told of less and less often', () => {
    const { alarms, hear } = watching()
    for (let minutes = 0; minutes < 60; minutes += 1) hear(down(1), ...Array.from({ length: 59 }, () => scanned(1)))
    assert.ok(alarms.length <= 12, `${alarms.length} messages in an hour`)
  })

  test('where a plugin that tripped has been told of, there is no second alarm', () => {
    const { outages, alarms, hear } = watching(() => true)
    hear(down(10), failed(20))
    assert.deepEqual([alarms, outages.status()], [[], []])
  })

  test('the spool has an outage of its own, which small bodies do not end', () => {
    const { outages, alarms, hear } = watching()
    const full = {
      ...NO_HINDRANCES,
      met: { ...none, 'no-space': 2 },
      refused: { ...none, 'no-space': 1 },
      passed: { ...none, 'no-space': 1 },
    }
    hear(full, scanned(9), scanned(9), scanned(9))
    assert.deepEqual(
      outages.status().map(({ what }) => what),
      ['spool'],
    )
    hear({ ...scanned(1), spooled: 1 })
    assert.match(alarms[1] ?? '', /^There is room for bodies again, after 4 s; 1 transfers were refused and 1 passed/)
  })
})
