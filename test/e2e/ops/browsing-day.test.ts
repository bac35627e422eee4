import assert from 'node:assert/strict'
import { test } from 'node:test'
import { browseADay } from '../../faults/browsing/day.js'

// `npm run faults -- browsing-day` is the whole day, which also proves that memory stays flat and no descriptor is left open.
test("a short day's browsing: settings, rollbacks, SIGHUP, killed workers and clamd restarted; no wrong byte, nothing unscanned, no lost line [SCAN-09] [OPS-02]", async () => {
  const report = await browseADay({ requests: 2_000, clients: 16, everyMs: 400, clamdDownMs: 200, restMs: 0 })
  assert.deepEqual(report.wrong, [])
  const answered = Object.values(report.answers).reduce((sum, times) => sum + times, 0)
  const unanswered = Object.values(report.unanswered).reduce((sum, times) => sum + times, 0)
  assert.equal(answered + unanswered, 2_000)
  assert.ok((report.answers['200'] ?? 0) > 1_000, JSON.stringify(report.answers))
  assert.ok((report.answers['403'] ?? 0) > 50, JSON.stringify(report.answers))
  assert.ok(report.disturbances.kills > 0 && report.disturbances.clamdRestarts > 0, JSON.stringify(report.disturbances))
})
